import type { Socket } from 'node:net';
import type { SendObserver } from './send-observer.ts';

/** Ends the connection in the middle of a reply; what was written goes out first: an empty write reports when it has. */
export function breakOff(socket: Socket, ending: 'destroy' | 'reset', observer: SendObserver): void {
  observer.broken();
  socket.write('', () => {
    if (ending === 'reset') {
      socket.resetAndDestroy();
    } else {
      socket.destroy();
    }
  });
}
