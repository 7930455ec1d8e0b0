import { E_VISION_PATH_VARIABLE } from "../errors.ts";

/**
 * Where data lie: a relative path starts from the config's directory, and `${NAME}` stands for a variable of the environment, `${FASTAP_DATA}/flowers`.
 * A path that starts with a variable starts where the process was started, as whoever set the variable meant it.
 * @throws E_VISION_PATH_VARIABLE
 */
export async function dataPath(path: string, root: string | undefined): Promise<string> {
  const expanded = path.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => {
    const value = process.env[name];
    if (value === undefined || value === "") throw E_VISION_PATH_VARIABLE({ name, path });
    return value;
  });
  const { resolve } = await import("node:path");
  return resolve(path.startsWith("${") ? "." : (root ?? "."), expanded);
}
