package dev.consigne.bench;

import dev.consigne.file.ByteSize;
import java.util.List;
import java.util.stream.Stream;

/** What can be set for a benchmark: {@code -Dbench.NAME=…}. */
public final class Setting {
    private Setting() {}

    public static long size(String name, String fallback) {
        return ByteSize.of(text(name, fallback)).bytes();
    }

    public static int number(String name, int fallback) {
        return Integer.parseInt(text(name, Integer.toString(fallback)));
    }

    /** Separated by commas. */
    public static List<Integer> numbers(String name, String fallback) {
        return Stream.of(text(name, fallback).split(",", -1))
                .map(Integer::valueOf)
                .toList();
    }

    public static String text(String name, String fallback) {
        return System.getProperty("bench." + name, fallback);
    }
}
