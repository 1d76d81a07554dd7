package dev.consigne.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * As much of a Dockerfile as its tests look at: stages and instructions, without comments and line breaks.
 *
 * @param parameters what is declared before the first stage, with its default
 */
public record Dockerfile(Map<String, String> parameters, List<Stage> stages) {

    /** A keyword and what follows it. */
    public record Instruction(String keyword, String arguments) {
        /** What a shell gets of a RUN: all but the flags before it. */
        public String command() {
            return arguments.replaceFirst("^(--\\S+\\s+)+", "");
        }

        /** The words that are not flags. */
        public List<String> words() {
            return Arrays.stream(arguments.split("\\s+"))
                    .filter(word -> !word.startsWith("--"))
                    .toList();
        }

        /** What follows {@code --name=}. */
        public Optional<String> flag(String name) {
            return Arrays.stream(arguments.split("\\s+"))
                    .filter(word -> word.startsWith("--" + name + "="))
                    .map(word -> word.substring(word.indexOf('=') + 1))
                    .findFirst();
        }
    }

    /** The first instruction of a stage is its FROM. */
    public record Stage(List<Instruction> instructions) {
        String base() {
            return instructions.get(0).words().get(0);
        }

        /** What other stages call it, empty if it has no name. */
        public String name() {
            List<String> from = instructions.get(0).words();
            return from.size() == 3 ? from.get(2) : "";
        }

        /** Those with this keyword, in their order. */
        public List<Instruction> all(String keyword) {
            return instructions.stream()
                    .filter(instruction -> instruction.keyword().equals(keyword))
                    .toList();
        }

        /** What ENV says, one variable in each. */
        public Map<String, String> environment() {
            Map<String, String> environment = new LinkedHashMap<>();
            for (Instruction variable : all("ENV")) {
                String[] parts = variable.arguments().split("=", 2);
                environment.put(parts[0], parts[1].replaceAll("^\"(.*)\"$", "$1"));
            }
            return environment;
        }

        /** The words of an ENTRYPOINT without a shell. */
        public List<String> entrypoint() {
            return Pattern.compile("\"([^\"]*)\"")
                    .matcher(last("ENTRYPOINT"))
                    .results()
                    .map(word -> word.group(1))
                    .toList();
        }

        /** The last one is the one that counts. */
        public String last(String keyword) {
            List<Instruction> found = all(keyword);
            return found.isEmpty() ? "" : found.get(found.size() - 1).arguments();
        }
    }

    /** Fails if it cannot be read. */
    public static Dockerfile read(Path file) {
        Map<String, String> parameters = new LinkedHashMap<>();
        List<Stage> stages = new ArrayList<>();
        for (String line : logicalLines(file)) {
            String[] parts = line.split("\\s+", 2);
            Instruction instruction = new Instruction(parts[0], parts[1]);
            if (stages.isEmpty() && instruction.keyword().equals("ARG")) {
                String[] parameter = parts[1].split("=", 2);
                parameters.put(parameter[0], parameter[1]);
                continue;
            }
            if (instruction.keyword().equals("FROM")) {
                stages.add(new Stage(new ArrayList<>()));
            }
            stages.get(stages.size() - 1).instructions().add(instruction);
        }
        return new Dockerfile(parameters, stages);
    }

    private static List<String> logicalLines(Path file) {
        try {
            String text =
                    Files.readString(file).replaceAll("(?m)^\\s*#.*\\R", "").replaceAll("\\\\\\R\\s*", "");
            return text.lines().filter(line -> !line.isBlank()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The image a stage begins with, if nobody asks for another. */
    String base(Stage stage) {
        return parameters.getOrDefault(stage.base().replaceAll("^\\$\\{(.+)}$", "$1"), stage.base());
    }

    /** The stage that is the image. */
    public Stage image() {
        return stages.get(stages.size() - 1);
    }
}
