package dev.lockstep.benchmarks.load;

/** A process that is a JVM and no client at all: what start-up and idling of the others are compared with. */
public final class EmptyClient {

    private EmptyClient() {}

    public static void main(String[] arguments) {
        ClientProcess.serve(arguments, settings -> new ClientUnderLoad() {

            @Override
            public Tally run(Round round) {
                throw new UnsupportedOperationException("This process has no client.");
            }

            @Override
            public long branchesOpen() {
                return 0;
            }

            @Override
            public void close() {}
        });
    }
}
