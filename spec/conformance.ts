/**
 * What a testee of protobuf's conformance suite does with one request: parse, and write in the format that was asked for.
 * The suite's own comments, in protobuf/conformance/conformance.proto, say what each answer means.
 */
import { CommandError } from '../cli/src/exit.ts';
import { messageFromText, textFromMessage } from '../cli/src/proto/json.ts';
import { decodeMessage, encodeMessage, type MessageType, type Registry } from '../src/message/index.ts';
import { ProtocolError } from '../src/wire/index.ts';

/** conformance.WireFormat */
export const WireFormat = { UNSPECIFIED: 0, PROTOBUF: 1, JSON: 2, JSPB: 3, TEXT_FORMAT: 4 } as const;
/** conformance.TestCategory, as far as it changes what is done. */
export const JSON_IGNORE_UNKNOWN_PARSING_TEST = 3;

/** conformance.ConformanceRequest, what is read of it. */
export interface Request {
  readonly protobufPayload?: Uint8Array;
  readonly jsonPayload?: string;
  readonly jspbPayload?: string;
  readonly textPayload?: string;
  readonly requestedOutputFormat?: number;
  readonly messageType?: string;
  readonly testCategory?: number;
}

/** conformance.ConformanceResponse: one of these. */
export interface Response {
  readonly parseError?: string;
  readonly serializeError?: string;
  readonly runtimeError?: string;
  readonly protobufPayload?: Uint8Array;
  readonly jsonPayload?: string;
  readonly skipped?: string;
}

/** The types of the suite's protocol. */
export function suiteTypes(registry: Registry): {
  readonly Request: MessageType<Request>;
  readonly Response: MessageType<Response>;
} {
  const Request = registry.messages.get('conformance.ConformanceRequest')!;
  const Response = registry.messages.get('conformance.ConformanceResponse')!;
  return { Request, Response };
}

/** Answers a serialized request with a serialized response. What is no fault of the input is a runtime error in it. */
export function answer(registry: Registry, request: Uint8Array): Uint8Array {
  const { Request, Response } = suiteTypes(registry);
  const run = (): Response => respond(registry, decodeMessage(Request, request));
  return encodeMessage(Response, guarded('runtimeError', isAny, run));
}

/** Answers a request with types of the registry. @throws what is no fault of the input. */
function respond(registry: Registry, request: Request): Response {
  const name = request.messageType ?? '';
  // The runner asks first for the failures that are known, as a message of this type: there are none.
  if (name === 'conformance.FailureSet') return { protobufPayload: new Uint8Array(0) };
  const skipped = skipReason(request);
  if (skipped !== undefined) return { skipped };
  const type = registry.messages.get(name);
  if (!type) return { runtimeError: `no type ${name}` };
  return guarded('parseError', isFault, () => {
    const message = parse(registry, type, request);
    return guarded('serializeError', isFault, () => serialize(registry, type, message, request));
  });
}

function skipReason({ jspbPayload, textPayload, requestedOutputFormat }: Request): string | undefined {
  if (jspbPayload !== undefined || requestedOutputFormat === WireFormat.JSPB) return 'no JSPB';
  const isText = textPayload !== undefined || requestedOutputFormat === WireFormat.TEXT_FORMAT;
  return isText ? 'no text format' : undefined;
}

function parse(registry: Registry, type: MessageType, request: Request): object {
  const { protobufPayload, jsonPayload, testCategory } = request;
  if (protobufPayload !== undefined) return decodeMessage(type, protobufPayload);
  if (jsonPayload === undefined) throw new TypeError('a request without a payload');
  const ignoreUnknown = testCategory === JSON_IGNORE_UNKNOWN_PARSING_TEST;
  return messageFromText(type, jsonPayload, { registry, ignoreUnknown });
}

function serialize(registry: Registry, type: MessageType, message: object, request: Request): Response {
  switch (request.requestedOutputFormat) {
    case WireFormat.PROTOBUF:
      return { protobufPayload: encodeMessage(type, message) };
    case WireFormat.JSON:
      return { jsonPayload: textFromMessage(type, message, { registry }) };
    default:
      return { runtimeError: `no format ${request.requestedOutputFormat}` };
  }
}

function guarded(
  otherwise: 'parseError' | 'serializeError' | 'runtimeError',
  isMeant: (error: unknown) => boolean,
  run: () => Response,
): Response {
  try {
    return run();
  } catch (error) {
    if (!isMeant(error)) throw error;
    return { [otherwise]: String(error) };
  }
}

/** Whether the input is at fault; everything else is a fault of the testee. */
function isFault(error: unknown): boolean {
  return error instanceof ProtocolError || error instanceof CommandError;
}

function isAny(): boolean {
  return true;
}
