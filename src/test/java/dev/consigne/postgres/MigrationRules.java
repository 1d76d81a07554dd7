package dev.consigne.postgres;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a migration must not do, because the code of the version before still runs on its schema: take away, rename,
 * retype or demand more. A statement that does so all the same names, in a comment above it, the schema version whose
 * code was the last but one to use what it takes: {@code -- unused since V14: why}.
 */
final class MigrationRules {
    private static final String NAME = "(?:if exists )?(?:only )?([\\w.\"]+)";
    private static final Pattern ALTERED = Pattern.compile("\\balter table " + NAME + "(.*)");
    private static final Pattern CREATED_TABLE =
            Pattern.compile("\\bcreate (?:unlogged )?table (?:if not exists )?([\\w.\"]+)");
    private static final Pattern CREATED = Pattern.compile("\\bcreate (?:or replace )?(?:unique )?(index|trigger|view)"
            + " (?:concurrently )?(?:if not exists )?([\\w.\"]+)");
    private static final Pattern DROPPED = Pattern.compile("\\bdrop (index|trigger|view|table|materialized view"
            + "|foreign table|function|procedure|routine|type|domain|schema|sequence|extension|role|aggregate|owned)"
            + " (?:concurrently )?(?:if exists )?([\\w.\"]+)");
    private static final Pattern UNIQUE_INDEX = Pattern.compile("\\bcreate unique index .*?\\bon " + NAME);
    private static final Pattern ADDED_CONSTRAINT = Pattern.compile("\\badd constraint ([\\w\"]+)");
    private static final Pattern DROPPED_CONSTRAINT = Pattern.compile("\\bdrop constraint (?:if exists )?([\\w\"]+)");
    private static final Pattern REASON = Pattern.compile("unused since V(\\d+): \\S");

    /** Parts of ALTER TABLE, each of which is held against its own words. */
    private static final Map<Pattern, String> OF_A_TABLE = Map.of(
            Pattern.compile("^drop (?!constraint\\b)"), "drops a column",
            Pattern.compile("^alter (column )?\\S+ (set data )?type\\b"), "changes the type of a column",
            Pattern.compile("^alter (column )?\\S+ set not null"), "demands a value that older code need not give",
            Pattern.compile("^alter (column )?\\S+ drop not null"), "lets null in, which older code may not read",
            Pattern.compile("^alter (column )?\\S+ drop (default|expression|identity)"),
                    "takes the value away that older code relies on",
            Pattern.compile("^add (?!constraint\\b)(?!.*\\b(default|generated)\\b).*\\bnot null"),
                    "adds a column that older code cannot fill",
            Pattern.compile("^add (check|unique|foreign key|primary key|exclude)\\b"),
                    "demands what older code need not keep");

    private static final Map<Pattern, String> OF_ANYTHING = Map.of(
            Pattern.compile("\\balter .*\\brename\\b"), "renames",
            Pattern.compile("\\balter .*\\bset schema\\b"), "moves out of the schema",
            Pattern.compile("\\btruncate\\b"), "removes rows",
            Pattern.compile("\\brevoke\\b"), "takes a right away");

    private final int version;
    private final List<SqlStatement> statements;
    private final Set<String> tables = new HashSet<>();
    private final Set<String> made = new HashSet<>();
    private final Set<String> replaced = new HashSet<>();

    private MigrationRules(int version, String script) {
        this.version = version;
        this.statements = SqlStatement.of(script);
        Set<String> dropped = new HashSet<>();
        Set<String> added = new HashSet<>();
        for (SqlStatement statement : statements) {
            CREATED_TABLE.matcher(statement.sql()).results().forEach(found -> tables.add(found.group(1)));
            CREATED.matcher(statement.sql()).results().forEach(found -> made.add(found.group(1) + found.group(2)));
            DROPPED_CONSTRAINT.matcher(statement.sql()).results().forEach(found -> dropped.add(found.group(1)));
            ADDED_CONSTRAINT.matcher(statement.sql()).results().forEach(found -> added.add(found.group(1)));
        }
        replaced.addAll(dropped);
        replaced.retainAll(added);
    }

    /** @return what the migration of this version must not do, a line each */
    static List<String> violations(int version, String script) {
        MigrationRules rules = new MigrationRules(version, script);
        return rules.statements.stream()
                .filter(statement -> !rules.saysWhy(statement))
                .flatMap(statement -> rules.violations(statement.sql()).stream())
                .toList();
    }

    private boolean saysWhy(SqlStatement statement) {
        return REASON.matcher(statement.comments())
                .results()
                .anyMatch(found -> Integer.parseInt(found.group(1)) < version);
    }

    private List<String> violations(String sql) {
        List<String> found = new ArrayList<>();
        Matcher altered = ALTERED.matcher(sql);
        if (altered.find() && !tables.contains(altered.group(1))) {
            parts(altered.group(2)).forEach(part -> ofATable(part, found));
        }
        DROPPED.matcher(sql).results().forEach(drop -> {
            if (!made.contains(drop.group(1) + drop.group(2))) {
                found.add("drops " + drop.group(1) + " " + drop.group(2));
            }
        });
        UNIQUE_INDEX
                .matcher(sql)
                .results()
                .filter(index -> !tables.contains(index.group(1)))
                .forEach(index -> found.add("demands of " + index.group(1) + " what older code need not keep"));
        OF_ANYTHING.forEach((words, what) -> {
            if (words.matcher(sql).find()) {
                found.add(what + ": " + sql);
            }
        });
        return found;
    }

    private void ofATable(String part, List<String> found) {
        Matcher constraint = Pattern.compile("^(?:add|drop) constraint (?:if exists )?([\\w\"]+)")
                .matcher(part);
        if (constraint.find() && !replaced.contains(constraint.group(1))) {
            found.add("changes what is demanded: " + part);
        }
        OF_A_TABLE.forEach((words, what) -> {
            if (words.matcher(part).find()) {
                found.add(what + ": " + part);
            }
        });
    }

    /** What an ALTER TABLE does, at the commas outside of parentheses. */
    private static List<String> parts(String actions) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        int from = 0;
        for (int i = 0; i < actions.length(); i++) {
            char c = actions.charAt(i);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (c == ',' && depth == 0) {
                parts.add(actions.substring(from, i).strip());
                from = i + 1;
            }
        }
        parts.add(actions.substring(from).strip());
        return parts;
    }
}
