/** A place on the drawing field, in units of its side. */
export type Place = readonly [x: number, y: number];

/** Points along part of an ellipse; angles in degrees, 0 to the right, 90 down. */
function arc(x: number, y: number, width: number, height: number, from: number, to: number): Place[] {
  const steps = Math.ceil(Math.abs(to - from) / 12);
  return Array.from({ length: steps + 1 }, (_, step) => {
    const angle = ((from + ((to - from) * step) / steps) * Math.PI) / 180;
    return [x + width * Math.cos(angle), y + height * Math.sin(angle)] as const;
  });
}

/** The strokes of each digit as a hand writes them, 0 to 9: where the pen goes down, through what it moves, where it is lifted. */
export const handwriting: readonly (readonly Place[])[][] = [
  [arc(0.5, 0.5, 0.19, 0.28, -100, 265)],
  [[[0.53, 0.2] as const, [0.5, 0.5] as const, [0.47, 0.8] as const]],
  [[...arc(0.48, 0.36, 0.17, 0.15, -165, 35), [0.46, 0.62], [0.3, 0.77], [0.5, 0.76], [0.72, 0.76]]],
  [[...arc(0.48, 0.35, 0.16, 0.13, -150, 85), ...arc(0.48, 0.63, 0.19, 0.15, -85, 150)]],
  [
    [
      [0.36, 0.22],
      [0.33, 0.38],
      [0.31, 0.52],
      [0.5, 0.53],
      [0.7, 0.51],
    ],
    [
      [0.63, 0.24],
      [0.61, 0.5],
      [0.58, 0.82],
    ],
  ],
  [[[0.66, 0.22], [0.52, 0.22], [0.4, 0.23], [0.37, 0.45], ...arc(0.47, 0.61, 0.18, 0.16, -110, 145)]],
  [[[0.6, 0.2], [0.47, 0.32], [0.38, 0.5], ...arc(0.5, 0.64, 0.14, 0.14, 190, -180)]],
  [
    [
      [0.3, 0.25],
      [0.5, 0.24],
      [0.7, 0.23],
      [0.6, 0.45],
      [0.52, 0.62],
      [0.46, 0.8],
    ],
  ],
  [
    [
      ...arc(0.5, 0.36, 0.13, 0.13, -40, -270),
      ...arc(0.5, 0.64, 0.15, 0.15, -90, 270),
      ...arc(0.5, 0.36, 0.13, 0.13, 90, -40),
    ],
  ],
  [[...arc(0.49, 0.37, 0.14, 0.14, 0, -350), [0.64, 0.4], [0.61, 0.6], [0.57, 0.81]]],
];
