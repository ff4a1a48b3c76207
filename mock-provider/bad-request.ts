/** A request that the mock cannot serve as it stands; answered with a native 400 that carries the message. */
export class BadRequest extends Error {}
