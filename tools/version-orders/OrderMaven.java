import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.maven.artifact.versioning.ComparableVersion;

/**
 * Orders the versions of standard input as Maven does. Maven's own comparison is not transitive for all texts: a version
 * that does not fit into the order with every other one is left out, and named on standard error.
 */
class OrderMaven {
    public static void main(String[] args) throws Exception {
        var reader = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        List<List<String>> groups = new ArrayList<>();
        for (String text : reader.lines().filter(line -> !line.isBlank()).collect(Collectors.toList())) place(groups, text);
        String json = groups.stream()
                .map(group -> group.stream().map(one -> '"' + one + '"').collect(Collectors.joining(",", "[", "]")))
                .collect(Collectors.joining(",\n", "[", "]\n"));
        System.out.write(json.getBytes(StandardCharsets.UTF_8));
        System.out.flush();
    }

    private static void place(List<List<String>> groups, String text) {
        var version = new ComparableVersion(text);
        int below = 0;
        int equal = -1;
        for (int i = 0; i < groups.size(); i++) {
            for (String other : groups.get(i)) {
                int order = new ComparableVersion(other).compareTo(version);
                boolean fits = order < 0 ? below == i || (below == i + 1) : order == 0 ? equal == -1 || equal == i : true;
                if (order < 0 && fits) below = i + 1;
                if (order == 0 && fits) equal = i;
                boolean late = order < 0 && equal != -1;
                if (!fits || late) {
                    System.err.println("left out: " + text + " does not fit with " + other);
                    return;
                }
            }
        }
        if (equal != -1 && below <= equal) groups.get(equal).add(text);
        else groups.add(below, new ArrayList<>(List.of(text)));
    }
}
