import { parentPort, workerData } from 'node:worker_threads';
import type { FromWorker, SqliteWorkerData, ToWorker } from '../storage/sqlite/messages.ts';
import { SqliteFile } from '../storage/sqlite/sqlite-file.ts';

/** The one thread that holds an embedded store's files: a durable commit takes a millisecond, which no event loop can spare. */
function serve(): void {
  const port = parentPort;
  if (port === null) throw new Error('this is the entry of a worker thread');
  const say = (message: FromWorker): void => port.postMessage(message);
  const { files }: SqliteWorkerData = workerData;

  const opened = open(files);
  if (opened instanceof Error) {
    say({ type: 'unusable', message: opened.message });
    port.close();
    return;
  }
  port.on('message', (message: ToWorker) => {
    if (message.type === 'close') {
      opened.ledger.close();
      opened.requests.close();
      port.close();
      return;
    }
    say({ type: 'replies', replies: message.tasks.map((task) => opened[task.part].perform(task)) });
  });
  say({ type: 'opened' });
}

function open(files: SqliteWorkerData['files']): Record<keyof SqliteWorkerData['files'], SqliteFile> | Error {
  try {
    return { ledger: new SqliteFile(files.ledger), requests: new SqliteFile(files.requests) };
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

serve();
