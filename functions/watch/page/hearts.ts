import { wantsStill } from './elements';

const most = 14;
const colours = ['#ff4d7d', '#ff8a5c', '#ffd166', '#7ae7c7', '#6cb8ff', '#c58cff'];
const heart =
  'M12 20.5C5.5 15.8 3 12.6 3 9.2 3 6.5 5.1 4.5 7.6 4.5c1.7 0 3.4.9 4.4 2.5 1-1.6 2.7-2.5 4.4-2.5C18.9 4.5 21 6.5 21 9.2c0 3.4-2.5 6.6-9 11.3z';
const svg = 'http://www.w3.org/2000/svg';

/** Lets a heart rise from the like button, unless the person asked for less movement. */
export function flyHeart(field: HTMLElement): void {
  if (wantsStill() || document.hidden || field.childElementCount >= most) return;
  const drawing = document.createElementNS(svg, 'svg');
  drawing.setAttribute('viewBox', '0 0 24 24');
  const path = document.createElementNS(svg, 'path');
  path.setAttribute('d', heart);
  drawing.append(path);
  const choice = Math.floor(Math.random() * colours.length);
  drawing.style.setProperty('--colour', colours[choice] ?? '#ff4d7d');
  drawing.style.setProperty('--drift', `${Math.round(Math.random() * 90 - 60)}px`);
  drawing.style.setProperty('--turn', `${Math.round(Math.random() * 50 - 25)}deg`);
  drawing.style.setProperty('--size', `${26 + Math.round(Math.random() * 16)}px`);
  drawing.addEventListener('animationend', () => drawing.remove());
  field.append(drawing);
}
