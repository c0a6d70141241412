/** How far the work is, in words and as a bar. */

export interface Pace {
  readonly done: number;
  readonly total: number;
  /** Since the first image was started. */
  readonly seconds: number;
  /** What is counted. Default: images. */
  readonly unit?: string;
}

/** `[#####-----] 120/240  83/s  0:01 left`, short enough for `columns`. */
export function progressBar(pace: Pace, columns: number): string {
  const facts = ` ${pace.done}/${pace.total}  ${rateOf(pace)}  ${timeLeft(pace)} left`;
  // A full last column would wrap, and a wrapped bar cannot be wiped.
  const width = Math.min(40, columns - facts.length - 3);
  if (width < 5) return facts.trim().slice(0, Math.max(0, columns - 1));
  const filled = Math.round((pace.done / Math.max(1, pace.total)) * width);
  return `[${'#'.repeat(filled)}${'-'.repeat(width - filled)}]${facts}`;
}

export function progressNote(pace: Pace): string {
  return `${pace.done} of ${pace.total} ${pace.unit ?? 'images'}, ${rateOf(pace)}, ${timeLeft(pace)} left`;
}

function rateOf({ done, seconds }: Pace): string {
  const rate = done / Math.max(seconds, 1e-3);
  return `${rate < 10 ? rate.toFixed(1) : Math.round(rate)}/s`;
}

/** `0:44`, `12:05`, `1:02:03`; `?` before the first image is done. */
function timeLeft({ done, total, seconds }: Pace): string {
  if (done === 0) return '?';
  const left = Math.ceil(((total - done) * seconds) / done);
  const [hours, minutes] = [Math.floor(left / 3600), Math.floor(left / 60) % 60];
  const end = String(left % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${end}` : `${minutes}:${end}`;
}
