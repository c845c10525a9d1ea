import type { SemanticClass } from './semantic-classes.js';

/** Where nothing is painted. It has a color of its own, since a white area is something. */
export const nothing: SemanticClass = { name: 'background', color: [0xe1, 0xd7, 0xf0] };

/** What OpenMoji's areas are painted with, as its guidelines name it, after nothing. */
export const openmojiPalette: readonly SemanticClass[] = [
  nothing,
  { name: 'white', color: [0xff, 0xff, 0xff] },
  { name: 'light grey', color: [0xd0, 0xcf, 0xce] },
  { name: 'grey', color: [0x9b, 0x9b, 0x9a] },
  { name: 'dark grey', color: [0x3f, 0x3f, 0x3f] },
  { name: 'black', color: [0x00, 0x00, 0x00] },
  { name: 'blue', color: [0x92, 0xd3, 0xf5] },
  { name: 'blue shadow', color: [0x61, 0xb2, 0xe4] },
  { name: 'navy blue', color: [0x1e, 0x50, 0xa0] },
  { name: 'red', color: [0xea, 0x5a, 0x47] },
  { name: 'red shadow', color: [0xd2, 0x2f, 0x27] },
  { name: 'maroon', color: [0x78, 0x1e, 0x32] },
  { name: 'green', color: [0xb1, 0xcc, 0x33] },
  { name: 'green shadow', color: [0x5c, 0x9e, 0x31] },
  { name: 'dark green', color: [0x18, 0x66, 0x48] },
  { name: 'yellow', color: [0xfc, 0xea, 0x2b] },
  { name: 'yellow shadow', color: [0xf1, 0xb3, 0x1c] },
  { name: 'orange', color: [0xf4, 0xaa, 0x41] },
  { name: 'orange shadow', color: [0xe2, 0x70, 0x22] },
  { name: 'pink', color: [0xff, 0xa7, 0xc0] },
  { name: 'pink shadow', color: [0xe6, 0x7a, 0x94] },
  { name: 'purple', color: [0xb3, 0x99, 0xc8] },
  { name: 'purple shadow', color: [0x89, 0x67, 0xaa] },
  { name: 'brown', color: [0xa5, 0x79, 0x39] },
  { name: 'brown shadow', color: [0x6a, 0x46, 0x2f] },
];
