/**
 * The few globals that Node and browsers both have and that neutral packages may use. Neutral
 * packages compile without DOM and Node types, so anything that is not named here does not compile.
 * Not published.
 */
declare interface AbortSignal {
  readonly aborted: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: the platforms type it so, and both types must merge
  readonly reason: any;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}

declare class TextDecoder {
  constructor(encoding?: 'utf-8', options?: { fatal?: boolean });
  decode(bytes: Uint8Array): string;
}

declare const crypto: {
  randomUUID(): string;
  readonly subtle: { digest(algorithm: 'SHA-256', data: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer> };
};

declare const performance: { now(): number };

declare function setTimeout(callback: () => void, milliseconds?: number): unknown;

declare function clearTimeout(timer: unknown): void;

declare function atob(base64: string): string;

declare function btoa(binary: string): string;
