import { make, wantsStill } from './elements';

const lanes = 4;
const most = 24;

/** Lets comments fly over the picture from right to left, each in the lane that has been free longest. */
export function danmuOver(field: HTMLElement): (text: string, own: boolean) => void {
  const usedAt = Array.from({ length: lanes }, () => 0);
  return (text, own) => {
    if (wantsStill() || document.hidden || field.childElementCount >= most) return;
    const lane = usedAt.indexOf(Math.min(...usedAt));
    usedAt[lane] = performance.now();
    const line = make('span', own ? 'own' : '', text);
    line.style.setProperty('--lane', String(lane));
    line.addEventListener('animationend', () => line.remove());
    field.append(line);
  };
}
