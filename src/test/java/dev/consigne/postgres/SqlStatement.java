package dev.consigne.postgres;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One statement of a migration.
 *
 * @param sql in lower case and on one line, without comments and literals; of bodies in dollars those of DO, which are run
 *     at once
 * @param comments in it and above it
 */
record SqlStatement(String sql, String comments) {
    private static final Pattern TOKEN = Pattern.compile("(?s)--(?<line>[^\\n]*)|/\\*(?<block>.*?)\\*/"
            + "|(?<escaped>\\b[eE]'(?:[^'\\\\]|\\\\.|'')*')|(?<literal>'(?:[^']|'')*')|(?<name>\"(?:[^\"]|\"\")*\")"
            + "|(?<tag>\\$(?:[A-Za-z_]\\w*)?\\$)(?<body>.*?)\\k<tag>|(?<end>;)|(?<other>.)");

    static List<SqlStatement> of(String script) {
        List<SqlStatement> statements = new ArrayList<>();
        StringBuilder sql = new StringBuilder();
        StringBuilder comments = new StringBuilder();
        Matcher token = TOKEN.matcher(script);
        while (token.find()) {
            if (token.group("end") != null) {
                statements.add(new SqlStatement(normal(sql), comments.toString()));
                sql.setLength(0);
                comments.setLength(0);
            } else if (token.group("line") != null || token.group("block") != null) {
                comments.append(token.group("line") == null ? token.group("block") : token.group("line"))
                        .append('\n');
                sql.append(' ');
            } else if (token.group("body") != null) {
                sql.append(normal(sql).startsWith("do") ? withoutComments(token.group("body")) : "''");
            } else if (token.group("literal") != null || token.group("escaped") != null) {
                sql.append("''");
            } else {
                sql.append(token.group());
            }
        }
        if (!normal(sql).isEmpty()) {
            statements.add(new SqlStatement(normal(sql), comments.toString()));
        }
        return statements;
    }

    /** With its literals: what EXECUTE runs is one. */
    private static String withoutComments(String body) {
        return body.replaceAll("--[^\\n]*|(?s)/\\*.*?\\*/", " ");
    }

    private static String normal(CharSequence sql) {
        return sql.toString().toLowerCase(Locale.ROOT).replaceAll("\\s+", " ").strip();
    }
}
