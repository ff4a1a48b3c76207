/** Hosts that no base URL may name without an operator's allowlist entry, in the spellings that guards have missed. */

/** Every spelling of an IPv4 address that `new URL` accepts. */
function ipv4Spellings(dotted: string): string[] {
  const [a = 0, b = 0, c = 0, d = 0] = dotted.split('.').map(Number);
  const whole = ((a * 256 + b) * 256 + c) * 256 + d;
  const hex = (value: number) => `0x${value.toString(16)}`;
  const octal = (value: number) => `0${value.toString(8)}`;
  const fullWidth = dotted.replace(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit)));
  return [
    dotted,
    `${dotted}.`,
    String(whole),
    hex(whole),
    hex(whole).toUpperCase(),
    octal(whole),
    [a, b, c, d].map(hex).join('.'),
    [a, b, c, d].map(octal).join('.'),
    `${hex(a)}.${b}.${octal(c)}.${d}`,
    `${a}.${b}.${c * 256 + d}`,
    `${a}.${(b * 256 + c) * 256 + d}`,
    `00000${octal(a)}.${b}.${c}.${d}`,
    fullWidth,
    dotted.replaceAll('.', '。'),
    dotted.replaceAll('.', '%2e'),
    [...dotted].map((char) => `%${char.charCodeAt(0).toString(16)}`).join(''),
  ];
}

/** The IPv6 forms that carry an IPv4 address. */
function ipv6Carriers(dotted: string): string[] {
  const [a = 0, b = 0, c = 0, d = 0] = dotted.split('.').map(Number);
  const high = (a * 256 + b).toString(16);
  const low = (c * 256 + d).toString(16);
  return [
    `[::ffff:${dotted}]`,
    `[::ffff:${high}:${low}]`,
    `[0:0:0:0:0:ffff:${high}:${low}]`,
    `[::${dotted}]`,
    `[::ffff:0:${dotted}]`,
    `[64:ff9b::${dotted}]`,
    `[64:ff9b::${high}:${low}]`,
    `[64:ff9b:1::${dotted}]`,
    `[2002:${high}:${low}::]`,
    `[2002:${high}:${low}::1]`,
    `[2001:0:${high}:${low}::]`,
    `[2a00:1450::5efe:${dotted}]`,
    `[2a00:1450::200:5efe:${high}:${low}]`,
    `[fe80::5efe:${dotted}]`,
  ];
}

const IPV4 = [
  '127.0.0.1',
  '127.255.255.254',
  '10.0.0.1',
  '169.254.169.254',
  '192.168.1.1',
  '172.31.255.255',
  '100.100.100.200',
];

const IPV4_EDGES = [
  '0.0.0.0',
  '0.255.255.255',
  '10.255.255.255',
  '100.64.0.0',
  '100.127.255.255',
  '127.0.0.0',
  '168.63.129.16',
  '169.254.0.0',
  '172.16.0.0',
  '192.0.0.1',
  '192.0.2.1',
  '192.88.99.1',
  '192.168.255.255',
  '198.18.0.1',
  '198.19.255.255',
  '198.51.100.7',
  '203.0.113.9',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
];

const IPV4_SHORT = [
  '0',
  '127.1',
  '127.0.1',
  '0x7f.1',
  '0177.1',
  '10.1',
  '127.1.',
  '0.0',
  '１２７.１',
  '⑫7.0.0.1',
  '127。0。0。1',
];

const IPV6 = [
  '::',
  '::1',
  '0:0:0:0:0:0:0:1',
  '0000:0000:0000:0000:0000:0000:0000:0001',
  '::0.0.0.1',
  '100::1',
  '1::1',
  '2001::1',
  '2001:1::1',
  '2001:2::1',
  '2001:10::1',
  '2001:20::1',
  '2001:1ff:ffff::1',
  '2001:db8::1',
  '3fff::1',
  '3fff:fff::1',
  '4000::1',
  '5f00::1',
  'fc00::1',
  'fd00:ec2::254',
  'fd20:ce::254',
  'fdff::1',
  'fe80::1',
  'febf::1',
  'fec0::1',
  'ff02::1',
  'ff0e::1',
].map((address) => `[${address}]`);

const NAMES = [
  'localhost',
  'LOCALHOST',
  'localhost.',
  'ｌｏｃａｌｈｏｓｔ',
  'loc%61lhost',
  'foo.localhost',
  'foo.localhost.',
  'printer.local',
  'PRINTER.LOCAL.',
  'metadata.google.internal',
  'vault.internal',
  'router.home.arpa',
  'intranet',
  'redis',
  'kubernetes.',
  'host.docker.internal',
  'gateway.example.com',
  'GATEWAY.example.com.',
  'a..b',
  'example.com..',
  '.example.com',
  '%00.example.com',
  'exa mple.com',
  '[::1%25lo]',
  '[fe80::1%eth0]',
  '[::1',
  '[127.0.0.1]',
  '256.256.256.256',
  '1.2.3.4.5',
  '0x100000000',
  '',
];

/** About 300 forbidden hosts as they may stand in a URL. */
export const FORBIDDEN_HOSTS: readonly string[] = [
  ...IPV4.flatMap((address) => [...ipv4Spellings(address), ...ipv6Carriers(address)]),
  ...IPV4_EDGES.flatMap((address) => [address, `[::ffff:${address}]`, `[64:ff9b::${address}]`]),
  ...IPV4_SHORT,
  ...IPV6,
  ...NAMES,
];

/** Whole URLs that are refused although their host is public. */
export const FORBIDDEN_URLS: readonly string[] = [
  'http://api.example.com',
  'http://api.example.com:443',
  'https://api.example.com:80',
  'https://api.example.com:8443',
  'https://api.example.com:65535/v1',
  'https://api.example.com:99999',
  'https://user@api.example.com',
  'https://user:pass@api.example.com',
  'https://@api.example.com',
  'https://:@api.example.com',
  'https://api.example.com@127.0.0.1',
  'https://127.0.0.1#@api.example.com',
  'https://127.0.0.1?@api.example.com',
  'https://api.example.com#fragment',
  'https://api.example.com/v1#',
  'https://api.example.com/v1?key=1',
  'https://api.example.com\\@127.0.0.1',
  'https:\\\\api.example.com',
  'https:/\\127.0.0.1',
  'https:///127.0.0.1',
  'https:api.example.com',
  'https://',
  '//api.example.com',
  'api.example.com',
  ' https://api.example.com',
  'https://api.example.com ',
  'https://api.exa\tmple.com',
  'https://api.example.com\n',
  'https://api.example.com/\r\nhost: x',
  'https://api.example.com/\0',
  'ht\ntps://api.example.com',
  `https://api.example.com/${'a'.repeat(2_048)}`,
  'file:///etc/passwd',
  'ftp://api.example.com',
  'gopher://api.example.com',
  'data:text/plain,x',
  'javascript:1',
  'ws://api.example.com',
  'wss://api.example.com',
  'unix:///var/run/docker.sock',
  'dict://127.0.0.1:6379/info',
  'blob:https://api.example.com/1',
  'https+unix://x',
  '',
];
