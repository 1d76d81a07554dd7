package dev.consigne.model;

/** One thing that happens: done to the service and to the model, each answer held against what the model allows. */
interface Action {
    /** Fails if the service answers what it must not. Every action can be done in every state. */
    void happenIn(World world);
}
