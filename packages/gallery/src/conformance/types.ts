/** The words of the suite: what a test is, what it stands on, and what can be broken under it. */
import type { ErrorCode } from '@docclf/core';
import type { StoreGallery } from '../gallery.ts';
import type { GalleryStore, StoreSession } from '../store.ts';

/** A store and what it opened into, in one: a test asks it for both. */
export type OpenStore = Required<StoreSession> & Pick<GalleryStore, 'contract' | 'name' | 'capabilities'>;

export type Closeable = Pick<StoreSession, 'close'>;

export interface Fixture {
  /** Where this test's stores keep their references. */
  readonly place: string;
  /** What a store's own test can break. */
  readonly faults: ConformanceFaults;
  /** References of the test that asks for many. */
  readonly scale: number;
  /** A store at the test's place, not yet opened. */
  create(): Promise<GalleryStore>;
  /** A store at the test's place, opened. */
  openStore(): Promise<OpenStore>;
  /** A gallery over a store at the test's place. */
  openGallery(): Promise<StoreGallery>;
  /** Closes before the test ends. */
  close(opened: Closeable): Promise<void>;
  /** Tells a measured figure. */
  report(line: string): void;
}

export interface ConformanceCase {
  readonly name: string;
  /** Runs only where the store's own test can break this. */
  readonly needs?: keyof ConformanceFaults;
  run(fixture: Fixture): Promise<void>;
}

export interface ConformanceFault {
  /** With which every call that the fault hits is refused. */
  readonly code: ErrorCode;
  /** Breaks it at a place whose stores are open; what it returns mends it. */
  readonly start: (place: string) => Promise<() => Promise<void>>;
}

export interface ConformanceFaults {
  /** The next commit loses its connection when a part of it is sent: the one that is cut after so many bytes. */
  readonly loseConnection?: ConformanceFault;
  /** The server is gone, also for who opens a store now. Mended: it runs again, with what it held. */
  readonly stopServer?: ConformanceFault;
  /** There is no room for 100 kB more. What is stored can be read. */
  readonly fillDisk?: ConformanceFault;
  /** Nothing may be written. What is stored can be read. */
  readonly forbidWriting?: ConformanceFault;
  /** Another process writes and does not end. What is stored can be read. */
  readonly lock?: ConformanceFault;
  /**
   * Starts a process that calls `writeUntilKilled` on a store at the place, kills it with SIGKILL while it
   * writes, and returns the last count that it had reported.
   */
  readonly killDuringWrite?: (place: string) => Promise<number>;
}
