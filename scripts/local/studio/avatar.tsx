/** A round picture of somebody: the first letter, on a colour of the user id. */
export function Avatar({ userId, name }: { userId: string; name: string }) {
  const tone = [...userId].reduce((sum, sign) => (sum * 31 + (sign.codePointAt(0) ?? 0)) % 6, 0);
  return (
    <span class={`avatar tone${tone}`} aria-hidden="true">
      {[...(name || userId)][0]?.toUpperCase() ?? '?'}
    </span>
  );
}
