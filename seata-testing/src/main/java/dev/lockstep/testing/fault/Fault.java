package dev.lockstep.testing.fault;

import java.time.Duration;

/** What happens to one frame on its way. */
public sealed interface Fault {

    /** Nothing: the frame goes on. */
    Fault NONE = new None();

    /** The frame is lost; the connection lives on. */
    Fault DROP = new Drop();

    /** The frame comes twice. */
    Fault DUPLICATE = new Duplicate();

    /** The frame comes after the next one of its direction; it is lost if there is none. */
    Fault AFTER_NEXT = new AfterNext();

    /** The connection ends, and of this frame nothing has passed. */
    static Fault cutBefore(CutForm form) {
        return new Cut(0, form);
    }

    /** The connection ends as soon as the whole frame has passed. */
    static Fault cutAfter(CutForm form) {
        return new Cut(Integer.MAX_VALUE, form);
    }

    /**
     * The connection ends within the frame.
     *
     * @param bytes how many pass; if negative, how many do not
     */
    static Fault cutInside(int bytes, CutForm form) {
        return new Cut(bytes, form);
    }

    /** The frame, and all that follows it in its direction, comes later by this. */
    static Fault delay(Duration duration) {
        return new Delay(duration);
    }

    /** These bytes come instead of the frame. */
    static Fault garbage(byte[] bytes) {
        return new Garbage(bytes.clone());
    }

    record None() implements Fault {}

    record Drop() implements Fault {}

    record Duplicate() implements Fault {}

    record AfterNext() implements Fault {}

    record Cut(int bytes, CutForm form) implements Fault {

        int passing(int length) {
            return bytes < 0 ? Math.max(0, length + bytes) : Math.min(bytes, length);
        }
    }

    record Delay(Duration duration) implements Fault {}

    record Garbage(byte[] bytes) implements Fault {}
}
