/** Bytes. A hundred appointments with remarks of pages are above grpc-js's 4 MiB, and would be refused at every attempt. */
const LARGEST_MESSAGE = 64 * 1024 * 1024;

/** For both sides: what one sends the other must take. */
export const MESSAGE_LIMITS = {
  "grpc.max_receive_message_length": LARGEST_MESSAGE,
  "grpc.max_send_message_length": LARGEST_MESSAGE,
};
