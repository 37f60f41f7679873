package dev.lockstep.rm.at.phaseone;

import dev.lockstep.rm.at.image.LockKeys;
import dev.lockstep.tm.branch.GlobalEnd;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Which global transaction of this process may hold a row, so that who waits for the row asks the TC again as soon as that one
 * has ended, and not some milliseconds later. A hint and never a promise: only the TC knows who holds what, other processes
 * hold rows too, and of two rows that fall into one place the last one counts. Whoever is misled waits as long as without it.
 *
 * <p>Thread-safe; of a fixed size, whatever is held.
 */
public final class RowsHeldHere {

    /** A power of two. */
    private static final int PLACES = 2_048;

    private final AtomicReferenceArray<@Nullable GlobalEnd> holders = new AtomicReferenceArray<>(PLACES);

    /** Knows of nobody. */
    public RowsHeldHere() {}

    /** The TC has given these rows to a global transaction of this process. */
    void hold(LockKeys keys, GlobalEnd holder) {
        keys.forEachHash(hash -> holders.setRelease(place(hash), holder));
    }

    /**
     * The end of a global transaction that may hold one of these rows, and has not ended; null when none is known. To be asked
     * for before the TC is, so that an end between the TC's answer and the wait for it is not missed.
     *
     * @param own the end of the one that asks; null when it is not of this process
     */
    @Nullable
    GlobalEnd holderOf(LockKeys keys, @Nullable GlobalEnd own) {
        Search search = new Search(own);
        keys.forEachHash(search::look);
        return search.found;
    }

    private static int place(int hash) {
        return (hash ^ hash >>> 16) & PLACES - 1;
    }

    private final class Search {
        private final @Nullable GlobalEnd own;
        private @Nullable GlobalEnd found;

        Search(@Nullable GlobalEnd own) {
            this.own = own;
        }

        void look(int hash) {
            GlobalEnd holder = holders.getAcquire(place(hash));
            if (found == null && holder != null && holder != own && !holder.isOver()) {
                found = holder;
            }
        }
    }
}
