package io.nacre.engine.watch.tree;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The directories of some trees, in arrays: for each its parent, its name, its wd and the key of
 * its mark. A root has no parent, and its name is its whole path.
 *
 * <p>A node is a number, which is used again after it is removed. Names are the file system's
 * bytes. Paths are assembled on demand, so that the move of a directory changes one node and none
 * below it. Belongs to one actor.
 */
final class DirectoryTable {
  /** No node. */
  static final int NONE = NodeIndex.NONE;

  private static final int FIRST_CAPACITY = 64;

  /** The name of a directory that is detached; no file has it. */
  private static final byte[] NO_NAME = {'/'};

  private static final byte[] FREE = {};

  private int[] parents = new int[FIRST_CAPACITY];
  private int[] wds = new int[FIRST_CAPACITY];
  private long[] markKeys = new long[FIRST_CAPACITY];
  private int[] firstChildren = new int[FIRST_CAPACITY];
  private int[] nextSiblings = new int[FIRST_CAPACITY];
  private int[] previousSiblings = new int[FIRST_CAPACITY];
  private byte[][] names = new byte[FIRST_CAPACITY][];
  private int capacity = FIRST_CAPACITY;
  private int used;
  private int freeNode = NONE;
  private int size;

  private final NodeIndex byWd = new NodeIndex(node -> wds[node]);
  private final NodeIndex byName = new NodeIndex(node -> nameHash(parents[node], names[node]));

  // What the two matches below look for: one object for all calls, since a walk makes millions.
  private int wantedWd;
  private int wantedParent;
  private byte[] wantedName = FREE;
  private final NodeIndex.Match hasWantedWd = node -> wds[node] == wantedWd;
  private final NodeIndex.Match hasWantedName =
      node -> parents[node] == wantedParent && Arrays.equals(names[node], wantedName);

  /** Returns the number of directories. */
  int size() {
    return size;
  }

  /** Adds a directory below {@code parent} and returns its node; a root is below {@link #NONE}. */
  int add(int parent, byte[] name, int wd) {
    int node = newNode();
    names[node] = name;
    wds[node] = wd;
    firstChildren[node] = NONE;
    link(node, parent);
    byWd.add(node);
    size++;
    return node;
  }

  /** Removes a directory that has none below it. */
  void remove(int node) {
    if (firstChildren[node] != NONE) {
      throw new IllegalArgumentException("directories remain below node " + node);
    }
    byWd.remove(node);
    unlink(node);
    size--;
    nextSiblings[node] = freeNode;
    freeNode = node;
    names[node] = FREE;
  }

  /** Returns true if {@code node} is {@code above} or lies below it. */
  boolean isBelow(int node, int above) {
    for (int at = node; at != NONE; at = parents[at]) {
      if (at == above) {
        return true;
      }
    }
    return false;
  }

  /** Puts a directory, with all below it, below another parent or under another name. */
  void move(int node, int parent, byte[] name) {
    if (isBelow(parent, node)) {
      throw new IllegalArgumentException("node " + node + " cannot move below itself");
    }
    unlink(node);
    names[node] = name;
    link(node, parent);
  }

  /** Makes a directory, with all below it, the tree of a root at {@code path}. */
  void makeRoot(int node, byte[] path) {
    unlink(node);
    parents[node] = NONE;
    names[node] = path;
  }

  /** Takes a directory, with all below it, out of its parent: it is nowhere until it moves. */
  void detach(int node) {
    unlink(node);
    parents[node] = NONE;
    names[node] = NO_NAME;
  }

  /** Returns true if {@code node} is in the tree of a root, and below no detached directory. */
  boolean isAttached(int node) {
    return names[top(node)] != NO_NAME;
  }

  /** Returns the directory at {@code path} below {@code node}, or {@link #NONE}. */
  int find(int node, byte[] path) {
    int at = node;
    for (int start = 0; start < path.length && at != NONE; ) {
      int end = start;
      while (end < path.length && path[end] != '/') {
        end++;
      }
      at = child(at, Arrays.copyOfRange(path, start, end));
      start = end + 1;
    }
    return at;
  }

  /** Returns every directory. */
  int[] nodes() {
    return IntStream.range(0, used).filter(node -> names[node] != FREE).toArray();
  }

  /** Returns the directories in {@code node}. */
  List<Integer> children(int node) {
    List<Integer> children = new ArrayList<>();
    for (int child = firstChildren[node]; child != NONE; child = nextSiblings[child]) {
      children.add(child);
    }
    return children;
  }

  /** Returns the number of directories at and below {@code node}. */
  int count(int node) {
    int count = 1;
    int at = node;
    while (true) {
      if (firstChildren[at] != NONE) {
        at = firstChildren[at];
      } else {
        while (at != node && nextSiblings[at] == NONE) {
          at = parents[at];
        }
        if (at == node) {
          return count;
        }
        at = nextSiblings[at];
      }
      count++;
    }
  }

  /** Returns the directory watched as {@code wd}, or {@link #NONE}. */
  int byWd(int wd) {
    wantedWd = wd;
    return byWd.find(wd, hasWantedWd);
  }

  /** Returns the directory {@code name} in {@code parent}, or {@link #NONE}. */
  int child(int parent, byte[] name) {
    wantedParent = parent;
    wantedName = name;
    return byName.find(nameHash(parent, name), hasWantedName);
  }

  /** Returns the wd of a directory. */
  int wd(int node) {
    return wds[node];
  }

  /** Notes the key of the mark of a directory. */
  void setMarkKey(int node, long key) {
    markKeys[node] = key;
  }

  /** Returns the key of the mark of a directory. */
  long markKey(int node) {
    return markKeys[node];
  }

  /** Returns the directory above {@code node}, or {@link #NONE} for a root. */
  int parent(int node) {
    return parents[node];
  }

  /** Returns the root of the tree that {@code node} is in. */
  int top(int node) {
    int top = node;
    while (parents[top] != NONE) {
      top = parents[top];
    }
    return top;
  }

  /** Returns {@code node} and every directory below it, each before those below it. */
  List<Integer> descendants(int node) {
    List<Integer> found = new ArrayList<>(List.of(node));
    for (int i = 0; i < found.size(); i++) {
      for (int child = firstChildren[found.get(i)]; child != NONE; child = nextSiblings[child]) {
        found.add(child);
      }
    }
    return found;
  }

  /** Returns the path of a directory as the file system has it. */
  byte[] path(int node) {
    if (parents[node] == NONE) {
      return names[node];
    }
    ByteArrayOutputStream path = new ByteArrayOutputStream();
    append(path, node);
    return path.toByteArray();
  }

  /** Returns the path that {@code name} has in {@code parent}. */
  byte[] pathOf(int parent, byte[] name) {
    byte[] above = path(parent);
    int slash = above.length == 1 ? 0 : 1; // a root of "/" brings its slash
    byte[] path = Arrays.copyOf(above, above.length + slash + name.length);
    path[above.length - 1 + slash] = '/';
    System.arraycopy(name, 0, path, above.length + slash, name.length);
    return path;
  }

  private void append(ByteArrayOutputStream path, int node) {
    int[] chain = new int[depth(node)];
    for (int i = chain.length - 1, at = node; i >= 0; i--, at = parents[at]) {
      chain[i] = at;
    }
    for (int i = 0; i < chain.length; i++) {
      byte[] name = names[chain[i]];
      if (i > 0 && path.size() != 1) { // a root of "/" brings its slash
        path.write('/');
      }
      path.write(name, 0, name.length);
    }
  }

  private int depth(int node) {
    int depth = 0;
    for (int at = node; at != NONE; at = parents[at]) {
      depth++;
    }
    return depth;
  }

  private void link(int node, int parent) {
    parents[node] = parent;
    previousSiblings[node] = NONE;
    nextSiblings[node] = NONE;
    if (parent != NONE) {
      int next = firstChildren[parent];
      nextSiblings[node] = next;
      if (next != NONE) {
        previousSiblings[next] = node;
      }
      firstChildren[parent] = node;
      byName.add(node);
    }
  }

  private void unlink(int node) {
    int parent = parents[node];
    if (parent == NONE) {
      return;
    }
    byName.remove(node);
    int previous = previousSiblings[node];
    int next = nextSiblings[node];
    if (previous == NONE) {
      firstChildren[parent] = next;
    } else {
      nextSiblings[previous] = next;
    }
    if (next != NONE) {
      previousSiblings[next] = previous;
    }
  }

  private int newNode() {
    if (freeNode != NONE) {
      int node = freeNode;
      freeNode = nextSiblings[node];
      return node;
    }
    if (used == capacity) {
      capacity += capacity / 2;
      parents = Arrays.copyOf(parents, capacity);
      wds = Arrays.copyOf(wds, capacity);
      markKeys = Arrays.copyOf(markKeys, capacity);
      firstChildren = Arrays.copyOf(firstChildren, capacity);
      nextSiblings = Arrays.copyOf(nextSiblings, capacity);
      previousSiblings = Arrays.copyOf(previousSiblings, capacity);
      names = Arrays.copyOf(names, capacity);
    }
    return used++;
  }

  private static int nameHash(int parent, byte[] name) {
    return Arrays.hashCode(name) * 31 + parent;
  }
}
