/** Runs per property: enough to find what is likely in a second, and with `afloat test --soak` what is not. */
export const runsPerProperty = { quick: 100, soak: 5000 }
