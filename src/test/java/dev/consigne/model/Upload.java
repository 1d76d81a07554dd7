package dev.consigne.model;

/**
 * An upload somebody may wish for.
 *
 * @param length bytes of the body
 * @param declared whether the length is said beforehand
 */
record Upload(String name, int length, boolean declared) {
    @Override
    public String toString() {
        return name + ", " + length + " bytes" + (declared ? "" : " of unknown length");
    }
}
