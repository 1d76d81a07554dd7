package dev.consigne.postgres;

import dev.consigne.file.FilterField;
import dev.consigne.file.ListQuery;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The statements of one search in one bucket. Each answers whole files in order, one more than the page takes. */
final class SearchStatements {
    private final ListQuery query;
    private final List<TermSql> terms;
    private final PageOrder order;
    private final long bucket;

    /** The term whose files the index has in order, if the page is by name. */
    private final Optional<TermSql> inOrder;

    SearchStatements(ListQuery query, List<TermSql> terms, PageOrder order, long bucket) {
        this.query = query;
        this.terms = terms;
        this.order = order;
        this.bucket = bucket;
        this.inOrder = query.sort().isByName()
                ? terms.stream().filter(TermSql::isOneValue).findFirst()
                : Optional.empty();
    }

    /** Those among the next so many files in order that meet every term. */
    Statement walk(int most) {
        Binds binds = new Binds();
        String next = namesInOrder(binds) + " ORDER BY " + (inOrder.isPresent() ? order.byNames() : order.by())
                + " LIMIT " + binds.add(most);
        String same = inOrder.isPresent() ? "" : order.same();
        return page(named("(" + next + ")", inOrder, binds) + same, binds);
    }

    /** How many files there are to walk over, and how many each of the {@link #choices} leaves; none counts further. */
    Statement count(int walked, int few) {
        Binds binds = new Binds();
        List<String> counts = new ArrayList<>();
        counts.add(counted(namesInOrder(binds), walked, binds));
        counts.addAll(counts(few, binds));
        return new Statement("SELECT " + String.join(", ", counts), binds);
    }

    /** How many files each of the {@link #choices} leaves, counted no further; empty if there are none. */
    Optional<Statement> few(int few) {
        Binds binds = new Binds();
        List<String> counts = counts(few, binds);
        return counts.isEmpty()
                ? Optional.empty()
                : Optional.of(new Statement("SELECT " + String.join(", ", counts), binds));
    }

    private List<String> counts(int few, Binds binds) {
        return IntStream.range(0, choices().size())
                .mapToObj(choice -> counted(choice(choice, binds), few, binds))
                .toList();
    }

    /** Whether the walk looks at files that meet every term, and at no others. */
    boolean isOneIndexInOrder() {
        return inOrder.isPresent() && terms.size() == 1;
    }

    /** How many files there are to walk over; it counts no further. */
    Statement countInOrder(int most) {
        Binds binds = new Binds();
        return new Statement("SELECT " + counted(namesInOrder(binds), most, binds), binds);
    }

    /** The page, among the few files that meet one of the choices. */
    Statement of(int choice, int few) {
        Binds binds = new Binds();
        String names = choice(choice, binds) + " LIMIT " + binds.add(few + 1);
        return query.sort().isByName() ? ofNames(names, binds) : ofFiles(names, binds);
    }

    /** The order is that of the names: they are put into it, and no row is read that is not on the page. */
    private Statement ofNames(String names, Binds binds) {
        String inOrder = "(SELECT a.name FROM (" + names + ") a WHERE true" + order.withinNames(query, binds)
                + " ORDER BY " + order.byNames() + ")";
        return page(named(inOrder, Optional.empty(), binds), binds);
    }

    private Statement ofFiles(String names, Binds binds) {
        String few = "WITH few AS MATERIALIZED (" + names + ") ";
        return page(few + named("few", Optional.empty(), binds) + order.after(query, binds), binds);
    }

    /** The page, among all files whose names have the parts asked for; empty if none is. */
    Optional<Statement> parts() {
        if (terms.stream().allMatch(TermSql::isIndexed)) {
            return Optional.empty();
        }
        Binds binds = new Binds();
        return Optional.of(page("""
                WITH f AS MATERIALIZED (SELECT f.* FROM file f WHERE %s AND %s) SELECT f.* FROM f
                """.formatted(within(binds), conditions(binds)), binds));
    }

    private Statement page(String files, Binds binds) {
        return new Statement("""
                SELECT %s FROM (%s ORDER BY %s LIMIT %s) f
                JOIN bucket b ON b.id = f.bucket_id JOIN content c ON c.id = f.content_id ORDER BY %3$s
                """.formatted(FileRows.COLUMNS, files, order.by(), binds.add(query.limit() + 1)), binds);
    }

    /** The rows of those files that meet every term; what their names alone can tell is told before they are read. */
    private String named(String names, Optional<TermSql> met, Binds binds) {
        String told = terms.stream()
                .filter(term -> met.filter(term::equals).isEmpty())
                .map(term -> " AND " + onName(term, binds))
                .collect(Collectors.joining());
        String prefix = query.prefix().isEmpty() || query.sort().isByName()
                ? ""
                : " AND " + PageOrder.prefixed("n.name", query.prefix(), binds);
        return "SELECT f.* FROM " + names + " n JOIN file f ON f.bucket_id = " + bucket(binds)
                + " AND f.name = n.name WHERE true" + prefix + told;
    }

    /** OFFSET keeps the planner from joining: it knows little of how many files have a value. */
    private String onName(TermSql term, Binds binds) {
        return term.isOneValue()
                ? "EXISTS (SELECT FROM file_attribute a WHERE a.bucket_id = " + bucket(binds) + " AND "
                        + term.onAttribute(binds) + " AND a.name = n.name OFFSET 0)"
                : term.onFile("n.name", binds);
    }

    private String namesInOrder(Binds binds) {
        return inOrder.map(term -> "SELECT a.name FROM file_attribute a WHERE a.bucket_id = " + bucket(binds) + " AND "
                        + term.onAttribute(binds) + order.withinNames(query, binds))
                .orElseGet(() -> "SELECT f.name" + order.position() + " FROM file f WHERE " + within(binds));
    }

    private String within(Binds binds) {
        return order.within(query, bucket(binds), binds);
    }

    /** All that the index of the order does not answer. */
    private String conditions(Binds binds) {
        String prefix = query.prefix().isEmpty() || query.sort().isByName()
                ? ""
                : PageOrder.prefixed("f.name", query.prefix(), binds) + " AND ";
        return prefix + (terms.isEmpty() ? "true" : all(terms, term -> term.onFile(binds)));
    }

    /** Terms that an ordered index answers, those about one field together; the prefix is one more, without a term. */
    private List<List<TermSql>> choices() {
        Map<FilterField, List<TermSql>> byField = new LinkedHashMap<>();
        terms.stream()
                .filter(TermSql::isIndexed)
                .forEach(term -> byField.computeIfAbsent(term.field(), field -> new ArrayList<>())
                        .add(term));
        List<List<TermSql>> choices = new ArrayList<>(byField.values());
        if (!query.prefix().isEmpty()) {
            choices.add(List.of());
        }
        return choices;
    }

    /** The names of the files a choice leaves. */
    private String choice(int number, Binds binds) {
        List<TermSql> choice = choices().get(number);
        if (choice.isEmpty()) {
            return files(PageOrder.prefixed("f.name", query.prefix(), binds), binds);
        }
        return choice.get(0).isAttribute()
                ? "SELECT a.name FROM file_attribute a WHERE a.bucket_id = " + bucket(binds) + " AND "
                        + all(choice, term -> term.onAttribute(binds))
                : files(all(choice, term -> term.onFile(binds)), binds);
    }

    private static String all(List<TermSql> terms, Function<TermSql, String> condition) {
        return terms.stream().map(condition).collect(Collectors.joining(" AND "));
    }

    private String files(String condition, Binds binds) {
        return "SELECT f.name FROM file f WHERE f.bucket_id = " + bucket(binds) + " AND " + condition;
    }

    private String bucket(Binds binds) {
        return binds.add(bucket) + "::bigint";
    }

    private static String counted(String rows, int most, Binds binds) {
        return "(SELECT count(*) FROM (" + rows + " LIMIT " + binds.add(most + 1) + ") counted)";
    }
}
