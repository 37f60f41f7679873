package org.reactivestreams;

/** Stands for the real one, which the starter knows by name only and no dependency of these tests brings. */
public interface Publisher<T> {}
