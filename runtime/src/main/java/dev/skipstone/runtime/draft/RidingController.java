package dev.skipstone.runtime.draft;

/**
 * Chooses how many masks ride behind each row of a verifying pass, or none, and how many of their
 * guesses the next pass verifies. For each number of masks it keeps what a step gave and took;
 * steps go on with the number that gave most tokens a time, and now and then try another one, the
 * more seldom the longer it has been worse. Of the guesses so many are verified as promise more
 * tokens than their rows cost. Not thread-safe.
 */
public final class RidingController {
  /** Plain steps at first, while the JVM compiles what these need. */
  private static final int WARM_UP = 48;

  /** Steps of a trial. The first has nothing to verify yet, and is not counted. */
  private static final int TRIAL = 17;

  /** Steps of a trial of what is well known: its tokens are, and only times may have changed. */
  private static final int GLANCE = 7;

  /** In a trial guesses are verified that are right so often: what rows cost is to be seen. */
  private static final double TRIED_RATE = 0.2;

  /** Counted steps after which a number of masks is waited for longer: before, code is cold. */
  private static final int KNOWN = 3 * TRIAL;

  /** Steps between two trials of a number of masks. */
  private static final int SHORTEST_PAUSE = 32;

  private static final int LONGEST_PAUSE = 4096;

  /** Another number of masks has to give so much more: estimates are noisy. */
  private static final double MARGIN = 1.01;

  /** What a row is assumed to cost until it was timed, as a share of a pass over one. */
  private static final double ASSUMED_ROW = 0.1;

  private static final double ASSUMED_MASK = 0.05;

  private final ConfidenceRates confidences = new ConfidenceRates();
  private final boolean measures;
  private final Choice[] choices;

  /** The number of masks that gave most so far. */
  private int best;

  /** The number of masks now, and steps with it that are left. */
  private int masks;

  private int left = WARM_UP;

  /** Whether nothing could be verified yet with this number. */
  private boolean fresh;

  /** What is known of a number of masks. */
  private static final class Choice {
    private static final double NEWEST_TOKENS = 1.0 / 128;
    private static final double NEWEST_TIME = 1.0 / 16;

    /** Of a shorter time: much can slow a step, nothing but better code makes it faster. */
    private static final double NEWEST_SHORTER = 0.25;

    /** Later times count as this many times the estimate at most: they say nothing of the work. */
    private static final double OUTLIER = 2;

    /** Of a step with so many rows; 0 where there was none. */
    private final double[] times;

    private double tokens;
    private double time;
    private int steps;
    private int pause = SHORTEST_PAUSE;
    private int waits;

    Choice(int mostRows) {
      times = new double[mostRows + 1];
    }

    void add(int rows, int given, double nanos) {
      steps++;
      tokens += Math.max(NEWEST_TOKENS, 1.0 / steps) * (given - tokens);
      time = newer(time, nanos, steps);
      times[rows] = newer(times[rows], nanos, steps);
    }

    private static double newer(double estimate, double nanos, int steps) {
      if (estimate == 0) {
        return nanos;
      }
      double newest = nanos < estimate ? NEWEST_SHORTER : NEWEST_TIME;
      double share = Math.max(newest, 1.0 / steps);
      return estimate + share * (Math.min(nanos, OUTLIER * estimate) - estimate);
    }

    double speed() {
      return steps == 0 ? 0 : tokens / time;
    }
  }

  /**
   * @param most masks behind a row, at least 1
   * @param measures whether times decide; else one mask rides always, and costs are assumed: for
   *     sampling, where another draft makes another text of the same seed
   */
  public RidingController(int most, boolean measures) {
    this.measures = measures;
    choices = new Choice[most + 1];
    for (int i = 0; i <= most; i++) {
      choices[i] = new Choice(most + 1);
    }
    masks = measures ? 0 : 1;
    best = masks;
  }

  /** How many masks are to ride behind each row of the next pass. */
  public int masks() {
    return masks;
  }

  /**
   * How many of a draft's tokens are worth verifying, from the first on.
   *
   * @param draft as masks guessed it
   */
  public int worthwhile(Draft draft) {
    if (masks != best) {
      return tried(draft);
    }
    double speed = measures ? choices[best].speed() : 1 / assumed(1);
    int chosen = 0;
    double bestGain = -speed * time(1);
    double reached = 1;
    double expected = 0;
    for (int length = 1; length <= draft.length(); length++) {
      reached *= confidences.rate(length - 1, draft.confidence(length - 1));
      expected += reached;
      double gain = expected - speed * time(length + 1);
      if (gain > bestGain) {
        bestGain = gain;
        chosen = length;
      }
    }
    return chosen;
  }

  private int tried(Draft draft) {
    int length = 0;
    double reached = 1;
    while (length < draft.length()) {
      reached *= confidences.rate(length, draft.confidence(length));
      if (reached < TRIED_RATE) {
        break;
      }
      length++;
    }
    return length;
  }

  /** Of a step with so many rows and the masks behind them. */
  private double time(int rows) {
    if (!measures) {
      return assumed(rows);
    }
    double[] times = choices[masks].times;
    if (times[rows] > 0) {
      return times[rows];
    }
    int known = rows;
    while (known > 1 && times[known] == 0) {
      known--;
    }
    double unit = choices[0].time;
    double base = times[known] > 0 ? times[known] : unit * assumed(known);
    return base + (assumed(rows) - assumed(known)) * unit;
  }

  private double assumed(int rows) {
    return 1 + ASSUMED_ROW * (rows - 1) + ASSUMED_MASK * masks * rows;
  }

  /**
   * Learns whether a guess was right, of those that were reached.
   *
   * @param place in its draft, from 0
   */
  public void guessed(int place, float confidence, boolean right) {
    confidences.add(place, confidence, right);
  }

  /**
   * Learns from a step, and chooses for the next one.
   *
   * @param verified guesses
   * @param accepted how many of them stand
   * @param nanos of the step
   */
  public void step(int verified, int accepted, long nanos) {
    if (!measures) {
      return;
    }
    if (!fresh) {
      choices[masks].add(verified + 1, accepted + 1, (double) nanos);
    }
    fresh = false;
    for (Choice choice : choices) {
      choice.waits--;
    }
    if (--left <= 0) {
      choose();
    }
  }

  private void choose() {
    Choice tried = choices[masks];
    for (int i = 0; i < choices.length; i++) {
      if (choices[i].speed() > MARGIN * choices[best].speed()) {
        best = i;
        choices[i].pause = SHORTEST_PAUSE;
      }
    }
    if (masks != best) {
      tried.pause = tried.steps < KNOWN ? tried.pause : Math.min(LONGEST_PAUSE, 2 * tried.pause);
      tried.waits = tried.pause;
    }
    int before = masks;
    masks = best;
    left = 1;
    for (int i = choices.length - 1; i >= 0; i--) {
      if (i != best && choices[i].waits <= 0) {
        masks = i;
        left = choices[i].steps < KNOWN ? TRIAL : GLANCE;
      }
    }
    fresh = masks > 0 && before == 0;
  }
}
