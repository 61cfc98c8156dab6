package com.minhacarona.cdk;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code ecs-task-def.json}, the one definition of both services' tasks: what {@code aws ecs
 * register-task-definition} takes once its variables have values.
 */
final class TaskDefinitionFile {
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z_]+)}");
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Of these the keys are words of their own, not properties. */
  private static final Set<String> MAPS = Set.of("options", "dockerLabels");

  private final String text;

  private TaskDefinitionFile(String text) {
    this.text = text;
  }

  static TaskDefinitionFile read(Path file) throws IOException {
    return new TaskDefinitionFile(Files.readString(file));
  }

  /**
   * The definition as ECS's API has it.
   *
   * @throws IllegalArgumentException when a variable has no value, or a value no variable
   */
  Map<String, Object> with(Map<String, String> values) {
    Set<String> used = new HashSet<>();
    String replaced =
        VARIABLE
            .matcher(text)
            .replaceAll(match -> {
              String name = match.group(1);
              used.add(name);
              if (!values.containsKey(name)) {
                throw new IllegalArgumentException("no value for " + name);
              }
              return Matcher.quoteReplacement(values.get(name));
            });
    if (!used.containsAll(values.keySet())) {
      throw new IllegalArgumentException("the file uses only " + used);
    }
    try {
      return JSON.readValue(replaced, new TypeReference<LinkedHashMap<String, Object>>() {});
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** The same as CloudFormation writes it: with capital letters. */
  static Object asCloudFormation(Object value) {
    return switch (value) {
      case Map<?, ?> map -> {
        Map<String, Object> result = new LinkedHashMap<>();
        map.forEach((key, v) ->
            result.put(capital((String) key), MAPS.contains(key) ? v : asCloudFormation(v)));
        yield result;
      }
      case List<?> list -> list.stream().map(TaskDefinitionFile::asCloudFormation).toList();
      default -> value;
    };
  }

  static String capital(String key) {
    return Character.toUpperCase(key.charAt(0)) + key.substring(1);
  }
}
