/** Errors between threads: without their prototype, which does not cross. */
import { DocclfError, type ErrorCode, type ErrorDetails } from './errors.ts';

/** An error that is not ours has no code. */
export interface WireError {
  readonly message: string;
  readonly code?: ErrorCode;
  readonly details?: ErrorDetails[ErrorCode];
  readonly cause?: string;
}

export function toWire(error: unknown): WireError {
  if (!DocclfError.is(error)) return { message: String(error) };
  const { message, code, details, cause } = error;
  return { message, code, details, ...(cause !== undefined && { cause: String(cause) }) };
}

export function fromWire({ message, code, details, cause }: WireError): Error {
  if (code === undefined || details === undefined) return new Error(message);
  return new DocclfError(code, details, cause === undefined ? {} : { cause: new Error(cause) });
}
