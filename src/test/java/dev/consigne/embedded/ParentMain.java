package dev.consigne.embedded;

import java.util.concurrent.CountDownLatch;

/** A parent to be killed: starts the stores, says the pid of their process, and waits. */
final class ParentMain {

    private ParentMain() {}

    @SuppressWarnings("SystemOut")
    public static void main(String[] args) throws InterruptedException {
        StoresProcess stores = StoresProcess.start(TestStores.FOLDER, "256m", TestStores.BOTH);
        System.out.println(stores.process().pid());
        new CountDownLatch(1).await();
    }
}
