// What a licensing server and a network can answer with, in the program's own words: for the demo and for tests.

import type { Failure } from "../types";

const LATER = "Try again in a while. What is installed goes on working.";
const LOOKS = "Do it again: Gatefold first looks what became of the last try, and takes no second seat.";
const ASK = "Only the vendor can lift that. Ask them why.";

export const REFUSALS: readonly Failure[] = [
  { code: "network.unreachable", message: "The vendor's server could not be reached, and nothing was sent.", hint: "Check the connection and try again. What is installed goes on working offline." },
  { code: "network.certificate_refused", message: "The server could not prove who it is, so nothing was sent.", hint: "Do not go on in a network you do not trust. If this computer's clock is wrong, set it." },
  { code: "network.cut_off", message: "The connection broke before the answer was complete, so it is not known whether the server acted.", hint: LOOKS },
  { code: "network.timed_out", message: "The server took too long, so it is not known whether it acted.", hint: LOOKS },
  { code: "keygen.unconfirmed", message: "The answer is not signed by the vendor, so nothing changes and nothing is believed.", hint: LATER },
  { code: "keygen.throttled", message: "The server asks for a pause: it asks for 9 seconds.", hint: "Wait a little, then try again." },
  { code: "keygen.server_error", message: "The vendor's server failed, so it is not known whether it acted.", hint: "Try again later: Gatefold first looks what became of the last try.", unsure: true },
  { code: "keygen.seats_full", message: "All seats of this license are in use, so this computer got none.", hint: "Give back the seat of a computer that you no longer use: in Gatefold on that computer, or on the vendor's pages." },
  { code: "keygen.wrong_key", message: "The vendor knows no such license key.", hint: "Compare it with your receipt: O and 0, I and 1. A key belongs to one vendor." },
  { code: "keygen.suspended", message: "The vendor has suspended this license.", hint: ASK },
  { code: "keygen.banned", message: "The vendor has banned this license or its account.", hint: ASK },
  { code: "keygen.expired", message: "This license has ended.", hint: "Renew it at the vendor, then activate again." },
  { code: "keygen.not_allowed", message: "The vendor does not allow this way in for this license.", hint: "If you used the key, sign in with your account; if you signed in, use the key." },
  { code: "keygen.signed_out", message: "The sign-in has ended.", hint: "Sign in again." },
  { code: "license.clock_behind", message: "This computer's clock is behind the time at which the vendor signed this.", hint: "Set the clock; the license then counts by itself." },
  { code: "license.key_shape", message: "That is not the shape of this vendor's license keys.", hint: "Compare it with your receipt; nothing was sent." },
  { code: "license.seat_without_file", message: "This computer holds a seat now, but its license file could not be installed.", hint: "Activate again to finish, or give the seat back." },
];
