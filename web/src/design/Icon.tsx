/** Outlines on a 24 px grid, drawn with a stroke of 1.75. */
const outlines = {
  home: 'M4 11.5 12 4l8 7.5M6 10v10h4.5v-5.5h3V20H18V10',
  search: 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13Zm5-1.5L20 20',
  basket: 'M3.5 10h17l-1.8 9.5H5.3L3.5 10Zm4-.5 3-6m6 6-3-6M9 13.5v3m3-3v3m3-3v3',
  chat: 'M4 5h16v11H9.5L5 20v-4H4V5Zm4.5 4h7m-7 3.5h4',
  person: 'M12 11.5a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.5 20.5c.6-4 3.5-6 7.5-6s6.9 2 7.5 6',
  sprout: 'M12 21v-9m0 1c0-5-3.5-7.5-8.5-7.5 0 5 3 8 8.5 7.500Zm0-3c0-4.5 3-7 8.5-7 0 5-3 7.5-8.5 7',
  ask: 'M12 3.500c-5 0-8.5 3.2-8.5 7.5 0 2.3 1 4.2 2.6 5.600L5.5 21l4.2-2.300c.7.2 1.5.3 2.3.3 5 0 8.5-3.2 8.5-7.500S17 3.5 12 3.500ZM9.8 9.300c.2-1.3 1-2 2.3-2 1.3 0 2.2.8 2.2 1.9 0 1.6-2.3 1.7-2.3 3.500m0 2.300v.1',
  pin: 'M12 21c4-4.5 6.5-7.8 6.5-11a6.5 6.5 0 0 0-13 0c0 3.2 2.5 6.5 6.5 11Zm0-8.500a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z',
  target:
    'M12 18.500a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM12 2.500v3m0 13v3M2.5 12h3m13 0h3M12 13a1 1 0 1 0 0-2 1 1 0 0 0 0 2Z',
  filter: 'M4 6.500h16M7 12h10m-7 5.500h4',
  close: 'm6 6 12 12M18 6 6 18',
  back: 'm14.5 5-7 7 7 7',
  forward: 'm9.5 5 7 7-7 7',
  down: 'm5 9 7 7 7-7',
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  trash: 'M4.5 7h15M9.5 7V4h5v3M6.5 7l1 13h9l1-13M10 10.500v6m4-6v6',
  check: 'm5 12.5 4.5 4.500L19 7.5',
  checks: 'm2.5 12.5 4 4 8-9m-2 8 1.5 1 7.5-9',
  clock: 'M12 20.500a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17ZM12 7v5.500l3.5 2',
  star: 'm12 3.5 2.6 5.6 6.1.7-4.5 4.2 1.2 6-5.4-3-5.4 3 1.2-6-4.5-4.2 6.1-.7L12 3.500Z',
  image: 'M4 5h16v14H4V5Zm0 11 4.5-4.5 3.5 3.5 3-3 5 5M15.5 9.500h.1',
  camera: 'M4 8h3.500L9 5.500h6L16.5 8H20v11H4V8Zm8 8.500a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7Z',
  send: 'M4 12 20 4.5 15 20l-3.5-6.500L4 12Zm7.5 1.500L20 4.5',
  leaf: 'M5 19C5 9 10 5 20 4.5 20 14 16 19 9 18.500m-4 .5c2-4 5-7 9-9',
  truck:
    'M3 6.500h11v10H3v-10Zm11 3.500h4l3 3.500v3h-7V10ZM7 19a2 2 0 1 0 0-4 2 2 0 0 0 0 4Zm10 0a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z',
  box: 'm12 3.5 8 4.200v8.600l-8 4.2-8-4.200V7.700l8-4.200Zm0 8.500v8.500M12 12l8-4.300M12 12 4 7.7',
  sun: 'M12 16.500a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9ZM12 2v2.500m0 15V22M2 12h2.500m15 0H22M5 5l1.7 1.700m10.6 10.600L19 19M19 5l-1.7 1.700M6.7 17.3 5 19',
  moon: 'M19.5 14.500A8 8 0 0 1 9.5 4.500a8 8 0 1 0 10 10Z',
  globe:
    'M12 20.500a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17Zm-8.5-8.500h17M12 3.500c2.5 2.5 3.5 5.5 3.5 8.500s-1 6-3.5 8.500c-2.5-2.5-3.5-5.5-3.5-8.500s1-6 3.5-8.500Z',
  leave: 'M14 4H5v16h9M10 12h10.500m-3.5-4 4 4-4 4',
  offline:
    'M3 9.500c2.4-2.2 5.5-3.5 9-3.500s6.6 1.3 9 3.500M6.5 13c1.5-1.3 3.4-2 5.5-2s4 .7 5.5 2M12 18.500h.1M4 4l16 16',
  alert: 'M12 4 2.5 20h19L12 4Zm0 6v5m0 2.500v.1',
  chart: 'M4 20h16M7 16.500V11m5 5.500V6m5 10.500V9',
  shield: 'm12 3.5 7.5 2.500v5.500c0 4.5-3 7.5-7.5 9-4.5-1.5-7.5-4.5-7.5-9V6L12 3.500Z',
  edit: 'm5 19 .7-4L16 4.700l3.3 3.300L9 18.3 5 19Zm9-12.3 3.3 3.3',
  print: 'M7 9V4h10v5M7 16H4V9h16v7h-3M7 13.500h10V20H7v-6.500Z',
  bell: 'M6.5 10a5.5 5.5 0 0 1 11 0c0 5 2 6.5 2 6.500h-15s2-1.5 2-6.500Zm4 9.500h3',
} as const;

export type IconName = keyof typeof outlines;

/** Says nothing to a screen reader: name the control that it stands in. `back` and `forward` turn with the writing. */
export function Icon({ name, size = 24, filled = false }: { name: IconName; size?: number; filled?: boolean }) {
  const turns = name === 'back' || name === 'forward' || name === 'send' || name === 'leave';
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill={filled ? 'currentColor' : 'none'}
      stroke="currentColor"
      strokeWidth={1.75}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
      data-turns={turns || undefined}
    >
      <path d={outlines[name]} />
    </svg>
  );
}
