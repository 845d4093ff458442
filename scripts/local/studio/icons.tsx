/** The studio's own pictures, all on a grid of 24, for the eye only. */
const paths = {
  play: 'M8 5.6v12.8a.8.8 0 0 0 1.2.7l10.2-6.4a.8.8 0 0 0 0-1.4L9.2 4.9a.8.8 0 0 0-1.2.7Z',
  heart: 'M12 20.3 4.6 13a4.9 4.9 0 0 1 6.9-6.9l.5.5.5-.5a4.9 4.9 0 0 1 6.9 6.9Z',
  people:
    'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7Zm-7 8.5c0-3.4 3-5.5 7-5.5s7 2.1 7 5.5V20H2Zm14.3-8.7a3.2 3.2 0 1 0-1-6.2 5 5 0 0 1 1 6.2Zm1.5 3.4c2.6.6 4.2 2.4 4.2 5V20h-4v-.5a6.9 6.9 0 0 0-1.9-4.9Z',
  pulse:
    'M3 13h3.6l2.3-6.3a.7.7 0 0 1 1.3 0l3.6 10.2 2.1-4.5a.7.7 0 0 1 .6-.4H21v2h-3.2l-3.2 6.6a.7.7 0 0 1-1.3 0L9.6 10.3l-1.5 4.2a.7.7 0 0 1-.6.5H3Z',
  shield: 'M12 2.6 4.5 5.4v6c0 4.7 3.2 8.2 7.5 10 4.3-1.8 7.5-5.3 7.5-10v-6Z',
  gear: 'M19.4 13.5a7.6 7.6 0 0 0 0-3l2-1.5-2-3.5-2.4 1a7.6 7.6 0 0 0-2.6-1.5L14 2.5h-4l-.4 2.5A7.6 7.6 0 0 0 7 6.5l-2.4-1-2 3.5 2 1.5a7.6 7.6 0 0 0 0 3l-2 1.5 2 3.5 2.4-1a7.6 7.6 0 0 0 2.6 1.5l.4 2.5h4l.4-2.5a7.6 7.6 0 0 0 2.6-1.5l2.4 1 2-3.5ZM12 15.4a3.4 3.4 0 1 1 0-6.8 3.4 3.4 0 0 1 0 6.8Z',
  close: 'm6.4 5 5.6 5.6L17.6 5 19 6.4 13.4 12l5.6 5.6-1.4 1.4-5.6-5.6L6.4 19 5 17.6l5.6-5.6L5 6.4Z',
  back: 'M14.7 5.3 8 12l6.7 6.7 1.4-1.4-5.3-5.3 5.3-5.3Z',
  send: 'M3.4 20.4 21 12 3.4 3.6 3.3 10l11 2-11 2Z',
  open: 'M14 4h6v6h-2V7.4l-8.3 8.3-1.4-1.4L16.6 6H14ZM5 6h6v2H7v9h9v-4h2v6H5Z',
} as const;

export function Icon({ name }: { name: keyof typeof paths }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={paths[name]} fill="currentColor" />
    </svg>
  );
}

/** The sign of the product. */
export function Sign() {
  return <img class="sign" src="/studio/icon.svg" alt="" width="32" height="32" />;
}
