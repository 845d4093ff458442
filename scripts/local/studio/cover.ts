import { ask, CallFailed, sendForm } from './calls';
import { people } from './people';
import { grantedUpload } from './shapes';

const size = { width: 960, height: 540 };

/** A picture for a broadcast that has none: its title on colours of its own. */
export async function drawCover(title: string): Promise<File> {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, size);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('this browser draws no pictures');
  const hue = hueOf(title);
  const ground = context.createLinearGradient(0, 0, size.width, size.height);
  ground.addColorStop(0, `hsl(${hue} 70% 46%)`);
  ground.addColorStop(1, `hsl(${(hue + 70) % 360} 72% 28%)`);
  context.fillStyle = ground;
  context.fillRect(0, 0, size.width, size.height);
  context.fillStyle = 'rgb(255 255 255 / 10%)';
  for (const [x, y, radius] of [
    [860, 60, 190],
    [760, 470, 120],
    [90, 520, 150],
  ] as const) {
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fill();
  }
  context.fillStyle = '#fff';
  context.font = '700 68px system-ui, "Noto Sans CJK SC", sans-serif';
  lines(context, title).forEach((line, index) => context.fillText(line, 64, 250 + index * 86));
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.86));
  if (blob === null) throw new Error('this browser makes no JPEG');
  return new File([blob], 'cover.jpg', { type: 'image/jpeg' });
}

/** Titles that differ little get hues that differ much. */
function hueOf(title: string): number {
  const sum = [...title].reduce((hash, sign) => (hash * 33 + (sign.codePointAt(0) ?? 0)) >>> 0, 5381);
  return Math.round(((sum * 0.618_034) % 1) * 360);
}

/** At most two, broken at a space where there is one, the second one cut. */
function lines(context: CanvasRenderingContext2D, text: string): string[] {
  const fits = (line: string): boolean => context.measureText(line).width < size.width - 160;
  if (fits(text)) return [text];
  const signs = [...text];
  let end = signs.length;
  while (!fits(signs.slice(0, end).join(''))) end -= 1;
  const space = signs.lastIndexOf(' ', end);
  const cut = space > 0 ? space : end;
  let second = signs.slice(cut).join('').trim();
  while (!fits(second)) second = `${[...second].slice(0, -2).join('')}…`;
  return [signs.slice(0, cut).join(''), second];
}

/**
 * Puts a picture into the bucket, by the form that uploadSig grants.
 * @returns its address
 * @throws CallFailed, also for a file of another type or too large
 */
export async function uploadCover(file: File): Promise<string> {
  const token = await people.host.token();
  const body = { kind: 'cover', contentType: file.type };
  const granted = await ask({ who: 'host', path: '/uploadSig', body, token }, grantedUpload);
  if (file.size > granted.maxBytes)
    throw new CallFailed(`${file.size} bytes, at most ${granted.maxBytes}`, 413);
  await sendForm('host', granted.url, granted.fields, file);
  return granted.publicUrl;
}
