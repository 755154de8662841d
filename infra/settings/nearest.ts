/** The known word that differs from `name` in at most two letters, if there is one. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const ranked = known.map((word) => ({ word, far: distance(name.toLowerCase(), word.toLowerCase()) }));
  return ranked.sort((a, b) => a.far - b.far).find(({ far }) => far <= 2)?.word;
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(
        Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)),
      );
    row = next;
  }
  return row[b.length] ?? 0;
}
