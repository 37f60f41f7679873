package dev.lockstep.testing.process;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** Main classes that the child JVMs of these tests run. */
final class ProgramsForTests {

    private ProgramsForTests() {}

    /** Says what it was given, then stays until it is ended; its shutdown hook speaks. */
    static final class Stays {
        public static void main(String[] arguments) throws InterruptedException {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("went in order")));
            System.out.println("arguments " + String.join(" ", arguments) + " in "
                    + Path.of("").toAbsolutePath() + " with " + System.getProperty("given.property") + " and "
                    + System.getenv("GIVEN_VARIABLE"));
            new CountDownLatch(1).await();
        }
    }

    /** Ends by an exception, after a last word. */
    static final class Dies {
        public static void main(String[] arguments) {
            System.err.println("the last word");
            throw new IllegalStateException("cannot go on");
        }
    }

    /** Starts a child of its own, says its process id, and stays. */
    static final class StartsChild {
        public static void main(String[] arguments) throws InterruptedException {
            ChildJvm child = ChildJvm.main(Stays.class.getName())
                    .ownClassPath()
                    .log(Path.of("grandchild.log"))
                    .start(ReadyCheck.logContains("arguments"), ChildJvmTest.LIMIT);
            System.out.println("grandchild " + child.pid() + ".");
            new CountDownLatch(1).await();
        }
    }
}
