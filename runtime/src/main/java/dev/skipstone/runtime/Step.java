package dev.skipstone.runtime;

/**
 * What one iteration of draft and verify gave. Its arrays are not to be changed.
 *
 * @param drafted the tokens that the drafter proposed; empty without a draft
 * @param accepted how many of them, from the first on, the full model confirmed
 * @param tokens the tokens that the answer grew by: those accepted and one of the full model's own,
 *     fewer where the answer ended among them
 * @param text the characters that are complete with these tokens
 */
@SuppressWarnings("ArrayRecordComponent") // read only, and compared by nobody
public record Step(int[] drafted, int accepted, int[] tokens, String text) {}
