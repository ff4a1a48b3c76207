import { textOf } from './ascii-text.ts';

/** What a JSON value is, told by its first byte. */
export type JsonKind = 'string' | 'number' | 'object' | 'array' | 'true' | 'false' | 'null';

/** Where one top-level member lies; `start` and `end` delimit its value. */
export interface JsonField {
  readonly kind: JsonKind;
  readonly start: number;
  readonly end: number;
}

interface Member {
  kind: JsonKind;
  start: number;
  end: number;
  /** The bytes between the quotes of its name. */
  readonly nameStart: number;
  readonly nameEnd: number;
  /** The name's text where the bytes are not the text: with escapes, or beyond ASCII. */
  readonly text: string | undefined;
}

const BACKSLASH = 0x5c;
/** From so many members on, names are looked up in a map: a walk past all of them would take quadratic time. */
const WALKED_MAX = 24;

/**
 * The members of one JSON object, found by their names. A body has few of them and few are asked for, so that names are
 * compared where they lie; a string for each and a map would be most of what the scan of a small body costs.
 */
export class JsonFields {
  private readonly bytes: Uint8Array;
  private readonly members: Member[] = [];
  private byName: Map<string, Member> | undefined;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get size(): number {
    return this.members.length;
  }

  get(name: string): JsonField | undefined {
    if (this.byName !== undefined) return this.byName.get(name);
    const { members } = this;
    for (let i = 0; i < members.length; i++) {
      const member = members[i] as Member;
      if (member.text === undefined ? this.isNamed(member, name) : member.text === name) return member;
    }
    return undefined;
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /** Adds a member whose name stands between the quotes at `start - 1` and `end`; `false` when the name is there already. */
  add(start: number, end: number): boolean {
    const text = this.isPlain(start, end) ? undefined : nameText(this.bytes, start, end);
    const twice = text === undefined ? this.hasPlain(start, end) : this.has(text);
    if (twice) return false;
    const member: Member = { kind: 'null', start: 0, end: 0, nameStart: start, nameEnd: end, text };
    this.members.push(member);
    if (this.byName !== undefined) this.byName.set(text ?? textOf(this.bytes, start, end), member);
    else if (this.members.length > WALKED_MAX) this.index();
    return true;
  }

  /** Where the value of the member that was added last begins. */
  begin(kind: JsonKind, start: number): void {
    const member = this.members[this.members.length - 1] as Member;
    member.kind = kind;
    member.start = start;
  }

  /** Where the value of the member that was added last ends. */
  end(end: number): void {
    (this.members[this.members.length - 1] as Member).end = end;
  }

  private index(): void {
    this.byName = new Map();
    for (const member of this.members) {
      this.byName.set(member.text ?? textOf(this.bytes, member.nameStart, member.nameEnd), member);
    }
  }

  private isPlain(start: number, end: number): boolean {
    const { bytes } = this;
    for (let i = start; i < end; i++) {
      const byte = bytes[i] as number;
      if (byte >= 0x80 || byte === BACKSLASH) return false;
    }
    return true;
  }

  private hasPlain(start: number, end: number): boolean {
    if (this.byName !== undefined) return this.byName.has(textOf(this.bytes, start, end));
    const { bytes, members } = this;
    for (let i = 0; i < members.length; i++) {
      const { nameStart, nameEnd, text } = members[i] as Member;
      if (text !== undefined) {
        if (text === textOf(bytes, start, end)) return true;
        continue;
      }
      if (nameEnd - nameStart !== end - start) continue;
      let at = start;
      while (at < end && bytes[at] === bytes[nameStart + at - start]) at++;
      if (at === end) return true;
    }
    return false;
  }

  private isNamed({ nameStart, nameEnd }: Member, name: string): boolean {
    if (nameEnd - nameStart !== name.length) return false;
    const { bytes } = this;
    for (let i = 0; i < name.length; i++) if (bytes[nameStart + i] !== name.charCodeAt(i)) return false;
    return true;
  }
}

/** The text of a name whose quotes stand at `start - 1` and `end`. */
export function nameText(bytes: Uint8Array, start: number, end: number): string {
  const text = textOf(bytes, start, end);
  return text.includes('\\') ? (JSON.parse(`"${text}"`) as string) : text;
}
