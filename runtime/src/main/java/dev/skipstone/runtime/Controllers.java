package dev.skipstone.runtime;

import dev.skipstone.model.Model;
import dev.skipstone.runtime.draft.DraftController;
import dev.skipstone.runtime.draft.DraftMethod;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What was learned about draft methods, kept from answer to answer. A controller is lent to one
 * session at a time, so that it needs no lock and times no other session's waiting. Thread-safe.
 */
final class Controllers {
  /** More methods than anybody alternates between; others learn anew. */
  private static final int MOST = 16;

  private final Map<DraftMethod, DraftController> kept = new ConcurrentHashMap<>();

  /** A method's controller, or a new one where it is lent already or there was none. */
  DraftController take(DraftMethod method, Model target) {
    DraftController controller = kept.remove(method);
    return controller != null
        ? controller
        : DraftController.measuring(method.tokenCost(target), method.inOnePass());
  }

  /** Takes a controller back; the newest stays. */
  void giveBack(DraftMethod method, DraftController controller) {
    if (kept.size() < MOST) {
      kept.put(method, controller);
    }
  }
}
