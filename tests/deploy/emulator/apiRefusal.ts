/** A refusal of a cloud API: `Response.Error` inside HTTP 200. `code` as the service documents it, such as `ResourceNotFound.Function`. */
export class ApiRefusal extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}
