/** Counts what passes a transport, for the heartbeat and the traffic budget. */
import type { Exchange, Open, Transport, TransportHandler } from '../transport/transport.ts';

export interface Meter {
  wrote(bytes: number): void;
  received(bytes: number): void;
}

/** The same transports, metered. */
export function metered(open: Open, meter: Meter): Open {
  return (handler, signal) => new Metered(open(heard(handler, meter), signal), meter);
}

function heard(handler: TransportHandler, meter: Meter): TransportHandler {
  return {
    opened: () => handler.opened(),
    data: (bytes) => {
      meter.received(bytes.length);
      handler.data(bytes);
    },
    writable: () => handler.writable(),
    ended: (error) => handler.ended(error),
    closed: () => handler.closed(),
  };
}

class Metered implements Transport {
  readonly exchange?: Exchange;
  private readonly transport: Transport;
  private readonly meter: Meter;

  constructor(transport: Transport, meter: Meter) {
    this.transport = transport;
    this.meter = meter;
    if (transport.exchange !== undefined) this.exchange = transport.exchange;
  }

  get full(): boolean {
    return this.transport.full;
  }

  write(bytes: Uint8Array): void {
    this.meter.wrote(bytes.length);
    this.transport.write(bytes);
  }

  end(): void {
    this.transport.end();
  }

  destroy(): void {
    this.transport.destroy();
  }
}
