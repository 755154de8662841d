/** Shuffles in place, every order as likely as any other, by the values of `random` (0 to below 1). */
export function shuffle(items: { [index: number]: unknown; length: number }, random: () => number): void {
  for (let last = items.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const moved = items[last];
    items[last] = items[other];
    items[other] = moved;
  }
}
