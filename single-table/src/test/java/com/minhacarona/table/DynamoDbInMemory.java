package com.minhacarona.table;

import static com.minhacarona.table.Attributes.PK;
import static com.minhacarona.table.Attributes.SK;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.dynamodb.services.exceptions.AWSExceptionFactory;
import software.amazon.dynamodb.services.exceptions.DynamoDBLocalServiceException;
import software.amazon.dynamodb.services.local.embedded.DDBExceptionMappingInvocationHandler;
import software.amazon.dynamodb.services.local.shared.access.LocalDBAccess;
import software.amazon.dynamodb.services.local.shared.access.LocalDBClient;
import software.amazon.dynamodb.services.local.shared.access.LocalDBInputConverter;
import software.amazon.dynamodb.services.local.shared.access.LocalDBOutputConverter;
import software.amazon.dynamodb.services.local.shared.access.QueryResponseInfo;
import software.amazon.dynamodb.services.local.shared.access.TableInfo;
import software.amazon.dynamodb.services.local.shared.access.api.dp.TransactWriteItemsFunction;
import software.amazon.dynamodb.services.local.shared.access.sqlite.SQLiteDBAccess;
import software.amazon.dynamodb.services.local.shared.dataaccess.LocalDocumentFactory;
import software.amazon.dynamodb.services.local.shared.env.LocalDBEnv;
import software.amazon.dynamodb.services.local.shared.jobs.JobsRegister;
import software.amazon.dynamodb.services.local.shared.model.AttributeValue;
import software.amazon.dynamodb.services.local.shared.model.Condition;

/**
 * DynamoDB Local without its database: it checks requests, evaluates expressions and knows tokens
 * as ever, and keeps the items of its one table in maps. That is fast enough to try thousands of
 * schedules, where SQLite does a hundred transactions a second. It has no index to query. Not
 * thread-safe.
 */
public final class DynamoDbInMemory implements InvocationHandler {
  public static final String TABLE = MinhaCaronaTable.DEFAULT_NAME;

  /** DynamoDB Local's own. */
  private static final int MAX_EXPRESSION_NODES = 65_536;

  private final SQLiteDBAccess schema;
  private final TransactWriteItemsFunction transactions;
  private final DynamoDbClient client;
  private final TreeMap<String, Map<String, AttributeValue>> items = new TreeMap<>();
  private final Map<String, byte[]> tokens = new HashMap<>();

  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private final @Nullable TableInfo info;

  /** What the transaction that is under way has overwritten; null stands for no item. */
  private final Map<String, @Nullable Map<String, AttributeValue>> undo = new HashMap<>();

  public DynamoDbInMemory() {
    Logger.getLogger("com.almworks.sqlite4java").setLevel(Level.OFF);
    schema = new SQLiteDBAccess();
    LocalDBAccess access = proxy(LocalDBAccess.class, this);
    transactions = transactions(access);
    JobsRegister jobs = new JobsRegister(Executors.newVirtualThreadPerTaskExecutor(), false);
    DynamoDbClient local = new LocalDBClient(access, jobs).dynamoDbClient();
    client = proxy(DynamoDbClient.class, (_, method, args) -> mapped(local, method, args));
    MinhaCaronaTable.create(local, TABLE);
    info = schema.getTableInfo(TABLE);
  }

  /** DynamoDB Local makes a new one for each transaction, which takes longer than its work. */
  private static TransactWriteItemsFunction transactions(LocalDBAccess access) {
    AWSExceptionFactory errors = new AWSExceptionFactory();
    LocalDBEnv environment = new LocalDBEnv();
    LocalDocumentFactory documents = new LocalDocumentFactory();
    return new TransactWriteItemsFunction(
        access,
        new LocalDBInputConverter(environment, errors, documents, MAX_EXPRESSION_NODES),
        new LocalDBOutputConverter(),
        errors,
        environment,
        documents);
  }

  public DynamoDbClient client() {
    return client;
  }

  /** Forgets all items and tokens. */
  public void clear() {
    items.clear();
    tokens.clear();
  }

  /** As DynamoDB Local's embedded client does, whose class for it is not public. */
  private Object mapped(DynamoDbClient local, Method method, Object[] args) throws Throwable {
    try {
      return args[0] instanceof TransactWriteItemsRequest transaction
          ? transactions.apply(transaction)
          : method.invoke(local, args);
    } catch (DynamoDBLocalServiceException e) {
      DDBExceptionMappingInvocationHandler.handleDynamoDBLocalServiceException(e);
      throw e;
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof DynamoDBLocalServiceException failure) {
        DDBExceptionMappingInvocationHandler.handleDynamoDBLocalServiceException(failure);
      }
      throw e.getCause();
    }
  }

  @Override
  @SuppressWarnings("unchecked") // The types are those of the interface.
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] args)
      throws Throwable {
    return switch (method.getName()) {
      case "getRecord" -> {
        Map<String, AttributeValue> item = items.get(key(args[1]));
        yield item == null ? null : new HashMap<>(item);
      }
      case "putRecord" -> put(key(args[1]), new HashMap<>((Map<String, AttributeValue>) args[1]));
      case "deleteRecord" -> put(key(args[1]), null);
      case "queryRecords" -> query((Map<String, Condition>) args[2]);
      case "beginTransaction" -> {
        undo.clear();
        yield tokens.get((String) args[0]);
      }
      case "commitTransaction" -> {
        tokens.put((String) args[0], (byte[]) args[1]);
        yield null;
      }
      case "rollbackTransaction" -> {
        undo.forEach((key, item) -> {
          if (item == null) {
            items.remove(key);
          } else {
            items.put(key, item);
          }
        });
        yield null;
      }
      // Asked for several times a request; the table does not change.
      case "getTableInfo" -> info == null || !TABLE.equals(args[0]) ? ofSchema(method, args) : info;
      case "getLockForTable" -> lock;
      default -> ofSchema(method, args);
    };
  }

  private Object ofSchema(Method method, Object @Nullable [] args) throws Throwable {
    try {
      return method.invoke(schema, args);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private boolean put(String key, @Nullable Map<String, AttributeValue> item) {
    Map<String, AttributeValue> old = item == null ? items.remove(key) : items.put(key, item);
    if (!undo.containsKey(key)) {
      undo.put(key, old);
    }
    return old != null;
  }

  /** A partition from some key on, or without conditions all of the table, in one page. */
  private QueryResponseInfo query(@Nullable Map<String, Condition> conditions) {
    if (conditions == null || conditions.isEmpty()) {
      return new QueryResponseInfo(copies(items), null);
    }
    String pk = operand(conditions.get(PK), "EQ");
    String from = conditions.containsKey(SK) ? operand(conditions.get(SK), "GE") : "";
    return new QueryResponseInfo(
        copies(items.subMap(pk + '\n' + from, pk + '\n' + Character.MAX_VALUE)), null);
  }

  private static String operand(@Nullable Condition condition, String operator) {
    if (condition == null || !condition.getComparisonOperator().equals(operator)) {
      throw new UnsupportedOperationException(String.valueOf(condition));
    }
    return condition.getAttributeValueList().getFirst().getS();
  }

  private static List<Map<String, AttributeValue>> copies(
      Map<String, Map<String, AttributeValue>> some) {
    return some.values().stream().<Map<String, AttributeValue>>map(HashMap::new).toList();
  }

  @SuppressWarnings("unchecked") // A record or a key of DynamoDB Local.
  private static String key(Object record) {
    Map<String, AttributeValue> attributes = (Map<String, AttributeValue>) record;
    return attributes.get(PK).getS() + '\n' + attributes.get(SK).getS();
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
