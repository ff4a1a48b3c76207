/** What a command on this machine may ask of the running server. */
export type ControlOperation = 'refresh' | 'reload' | 'health';
