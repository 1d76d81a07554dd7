package dev.consigne.postgres;

/** A statement with what stands for its marks. */
record Statement(String sql, Binds binds) {}
