// One accent colour, whatever the host page chose: readable on paper, and text on it readable too.

export type Rgb = readonly [number, number, number];

export const AA = 4.5; // WCAG contrast of ordinary text

export function luminance([r, g, b]: Rgb): number {
  const [x, y, z] = [r, g, b].map((byte) => {
    const part = byte / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * x + 0.7152 * y + 0.0722 * z;
}

export function contrast(one: Rgb, other: Rgb): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** How much of the accent is in the ground of numbers and chosen buttons. */
export const TINT = 0.1;

/** The colour, moved towards black or white until it can be read on every one of the papers and on their tint. */
export function readable(colour: Rgb, papers: readonly Rgb[]): Rgb {
  const end: Rgb = luminance(papers[0] ?? [255, 255, 255]) > 0.18 ? [0, 0, 0] : [255, 255, 255];
  for (let step = 0; step < 20; step += 1) {
    const moved = mix(colour, end, step / 20);
    const grounds = [...papers, ...papers.map((paper) => mix(paper, moved, TINT))];
    if (grounds.every((ground) => contrast(moved, ground) >= AA)) return moved;
  }
  return end;
}

/** Black or white, whichever reads better on the colour. */
export function textOn(colour: Rgb): Rgb {
  return contrast(colour, [255, 255, 255]) >= contrast(colour, [16, 20, 20]) ? [255, 255, 255] : [16, 20, 20];
}

export function mix(one: Rgb, other: Rgb, share: number): Rgb {
  return [0, 1, 2].map((i) => Math.round(one[i]! + (other[i]! - one[i]!) * share)) as unknown as Rgb;
}

export function css([r, g, b]: Rgb): string {
  return `rgb(${r} ${g} ${b})`;
}

/** Read any colour that the browser knows; null for what is none. */
export function parseColour(text: string): Rgb | null {
  if (!CSS.supports("color", text)) return null;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const context = canvas.getContext("2d");
  if (!context) return null;
  context.fillStyle = text;
  context.fillRect(0, 0, 1, 1);
  const [r, g, b] = context.getImageData(0, 0, 1, 1).data;
  return [r ?? 0, g ?? 0, b ?? 0];
}
