package dev.consigne.model;

import dev.consigne.file.ProtocolStep;

/** What those who run the service do, and its own background work. */
final class Operation {
    private Operation() {}

    /** Time passes, and the collector does what there is to do then. */
    record Collect(Pause after) implements Action {
        @Override
        public void happenIn(World world) {
            world.pass(after);
            world.collect();
        }
    }

    /** Time passes, and the collector dies at the step, if it has a content to come that far with. */
    record DieInCollector(Pause after, ProtocolStep step) implements Action {
        @Override
        public void happenIn(World world) {
            world.pass(after);
            world.dieInCollector(step);
            world.restart();
        }
    }

    /** The bucket keeps versions from now on, or keeps none. */
    record Keep(Keeping keeping) implements Action {
        @Override
        public void happenIn(World world) {
            world.keep(keeping);
        }
    }

    /** Another process takes over; what the old one was about to do is never done. */
    record Restart() implements Action {
        @Override
        public void happenIn(World world) {
            world.restart();
        }
    }
}
