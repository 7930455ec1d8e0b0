/** Seconds as `mm:ss`, from one hour on as `h:mm:ss`. `@source fastprogress.format_time` */
export function formatTime(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h === 0 ? `${two(m)}:${two(s)}` : `${h}:${two(m)}:${two(s)}`;
}

function two(n: number): string {
  return String(n).padStart(2, "0");
}
