"""Prints as JSON what is in an event file: with TensorBoard's own reader if it is installed, else with a parser of its own."""

import glob, json, struct, sys

log_dir, wanted = sys.argv[1], sys.argv[2]


def with_tensorboard():
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator, TENSORS, IMAGES, HISTOGRAMS, SCALARS, GRAPH

    events = EventAccumulator(log_dir, size_guidance={SCALARS: 0, IMAGES: 0, HISTOGRAMS: 0, TENSORS: 0})
    events.Reload()
    tags = events.Tags()
    text = {t: events.Tensors(t)[-1].tensor_proto.string_val[0].decode() for t in tags[TENSORS] if not t.startswith("_hparams_")}
    plugins = {t: events.SummaryMetadata(t).plugin_data.plugin_name for t in tags[TENSORS]}
    images = {t: [i.width, i.height, i.encoded_image_string[1:4].decode()] for t in tags[IMAGES] for i in events.Images(t)}
    histograms = {t: [h.histogram_value.num, len(h.histogram_value.bucket)] for t in tags[HISTOGRAMS] for h in events.Histograms(t)}
    nodes = [[n.name, n.op, list(n.input)] for n in events.Graph().node] if tags[GRAPH] else []
    scalars = {t: [[s.step, s.value] for s in events.Scalars(t)] for t in tags[SCALARS]}
    return {"scalars": scalars, "text": text, "plugins": plugins, "images": images, "histograms": histograms, "nodes": nodes, "hparams": hparams_tab(events)}


def hparams_tab(events):
    from google.protobuf.json_format import MessageToDict
    from tensorboard.plugins.hparams import metadata

    def content(tag):
        return events.SummaryMetadata(tag).plugin_data.content

    start = metadata.parse_session_start_info_plugin_data(content(metadata.SESSION_START_INFO_TAG))
    end = metadata.parse_session_end_info_plugin_data(content(metadata.SESSION_END_INFO_TAG))
    experiment = metadata.parse_experiment_plugin_data(content(metadata.EXPERIMENT_TAG))
    return {
        "hparams": MessageToDict(start)["hparams"],
        "status": end.status,
        "columns": {info.name: info.type for info in experiment.hparam_infos},
        "metrics": [info.name.tag for info in experiment.metric_infos],
    }


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    crc ^= 0xFFFFFFFF
    return (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF


def fields(data):
    at = 0

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    found = {}
    while at < len(data):
        key = varint()
        number, wire = key >> 3, key & 7
        if wire == 0:
            value = varint()
        elif wire == 1:
            value, at = struct.unpack("<d", data[at : at + 8])[0], at + 8
        elif wire == 5:
            value, at = struct.unpack("<f", data[at : at + 4])[0], at + 4
        else:
            size = varint()
            value, at = data[at : at + size], at + size
        found.setdefault(number, []).append(value)
    return found


def by_hand():
    out = {"scalars": {}, "text": {}, "plugins": {}, "images": {}, "histograms": {}, "nodes": []}
    for file in glob.glob(log_dir + "/events.out.tfevents.*"):
        data, at = open(file, "rb").read(), 0
        while at < len(data):
            head = data[at : at + 8]
            (size,) = struct.unpack("<Q", head)
            body = data[at + 12 : at + 12 + size]
            assert struct.unpack("<I", data[at + 8 : at + 12])[0] == crc32c(head), "sum of a length"
            assert struct.unpack("<I", data[at + 12 + size : at + 16 + size])[0] == crc32c(body), "sum of a record"
            at += 16 + size
            add(out, fields(body))
    return out


def add(out, event):
    step = event.get(2, [0])[0]
    for graph in event.get(4, []):
        for node in fields(graph).get(1, []):
            f = fields(node)
            out["nodes"].append([f[1][0].decode(), f[2][0].decode(), [i.decode() for i in f.get(3, [])]])
    for summary in event.get(5, []):
        for value in map(fields, fields(summary)[1]):
            tag = value[1][0].decode()
            if 2 in value:
                out["scalars"].setdefault(tag, []).append([step, value[2][0]])
            if 4 in value:
                f = fields(value[4][0])
                out["images"][tag] = [f[2][0], f[1][0], f[4][0][1:4].decode()]
            if 5 in value:
                f = fields(value[5][0])
                out["histograms"][tag] = [f[3][0], len(f[7][0]) // 8]
            if 8 in value:
                out["plugins"][tag] = fields(fields(value[9][0])[1][0])[1][0].decode()
                if out["plugins"][tag] == "text":
                    out["text"][tag] = fields(value[8][0])[8][0].decode()


if wanted == "tensorboard":
    print(json.dumps(with_tensorboard()))
else:
    print(json.dumps(by_hand()))
