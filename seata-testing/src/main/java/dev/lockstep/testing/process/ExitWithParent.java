package dev.lockstep.testing.process;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;

/**
 * The main class of every {@link ChildJvm}: runs the real main class and halts the JVM as soon as the parent is gone.
 *
 * <p>The parent holds the other end of this process's standard input and never writes to it. The kernel closes that end
 * when the parent ends, whatever the way, SIGKILL included; reading the end of the stream is therefore the only reliable
 * news of its death. The real program consequently has no standard input of its own.
 *
 * <p>Stands alone: needs no other class of ours and runs on Java 17 in front of any main class, Boot's launchers included.
 */
public final class ExitWithParent {

    /** Exit code of a child whose parent went away; differs from those of the JVM and of signals. */
    static final int PARENT_GONE = 86;

    private ExitWithParent() {}

    /**
     * @param arguments the name of the real main class, then its arguments
     * @throws Throwable whatever the real main method throws
     */
    public static void main(String[] arguments) throws Throwable {
        Thread watch = new Thread(ExitWithParent::haltAtEndOfInput, "exit-with-parent");
        watch.setDaemon(true);
        watch.start();

        Class<?> program = Class.forName(arguments[0], true, ClassLoader.getSystemClassLoader());
        Method main = program.getMethod("main", String[].class);
        // The main class itself may be package-private.
        main.setAccessible(true);
        try {
            main.invoke(null, (Object) Arrays.copyOfRange(arguments, 1, arguments.length));
        } catch (InvocationTargetException thrownByProgram) {
            throw thrownByProgram.getCause();
        }
    }

    private static void haltAtEndOfInput() {
        // The descriptor itself, since the program may replace System.in.
        try (InputStream parent = new FileInputStream(FileDescriptor.in)) {
            while (parent.read() >= 0) {
                // The parent sends nothing; whatever comes is not the end.
            }
        } catch (IOException gone) {
            // An input that cannot be read any more is as good as closed: nobody would tell us later.
        }
        // Not exit(): shutdown hooks could hang, and nobody is left to wait for them.
        Runtime.getRuntime().halt(PARENT_GONE);
    }
}
