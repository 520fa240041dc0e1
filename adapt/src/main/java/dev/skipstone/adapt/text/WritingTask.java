package dev.skipstone.adapt.text;

import dev.skipstone.runtime.sampling.Sampling;

/**
 * A prompt that the model is to continue. Its array is not to be changed.
 *
 * @param prompt token ids, at least one
 * @param sampling how tokens are chosen
 * @param maxTokens where the text is cut
 */
@SuppressWarnings("ArrayRecordComponent") // read only, and compared by nobody
record WritingTask(int[] prompt, Sampling sampling, int maxTokens) {}
