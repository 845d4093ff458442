import { ask, countOf, record, textOf, type Answer } from './api';
import { button, element, make } from './elements';
import type { AsGuest } from './guest';
import type { PageData } from './pageData';

const pageSize = 50;

/** The list of viewers behind a button, which stays hidden in browsers that know no dialog. */
export function connectMembers({ room, pictures }: PageData, asGuest: AsGuest): void {
  if (typeof HTMLDialogElement === 'undefined') return;
  const dialog = element('members', HTMLDialogElement);
  const list = element('memberList', HTMLElement);
  const more = button('moreMembers');
  const open = button('openMembers');
  let page = 0;
  const load = async (): Promise<void> => {
    const request = { ...room, page: page + 1, pageSize };
    const answer = await asGuest(({ token }) => ask('/room/members', request, token));
    page += 1;
    const items: unknown[] = Array.isArray(answer['items']) ? answer['items'] : [];
    list.append(...items.map((item) => memberLine(record(item), pictures)));
    const total = countOf(answer['total']) ?? 0;
    element('noMembers', HTMLElement).hidden = list.childElementCount > 0;
    more.hidden = items.length < pageSize || list.childElementCount >= total;
  };
  open.hidden = false;
  open.addEventListener('click', () => {
    page = 0;
    list.textContent = '';
    dialog.showModal();
    void load().catch(() => undefined);
  });
  more.addEventListener('click', () => void load().catch(() => undefined));
  button('closeMembers').addEventListener('click', () => dialog.close());
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close();
  });
}

function memberLine(member: Answer, pictures: readonly string[]): HTMLElement {
  const [name, picture] = [textOf(member['nickname']) || textOf(member['userId']), textOf(member['headPic'])];
  const line = make('li', '');
  if (pictures.some((origin) => picture.startsWith(`${origin}/`))) {
    const face = make('img', 'face');
    face.alt = '';
    face.loading = 'lazy';
    face.src = picture;
    line.append(face);
  } else line.append(make('span', 'face', [...name][0]));
  line.append(make('bdi', '', name));
  return line;
}
