;; blur(from, to, width, height, weights, radius, row): a picture of float32 blurred along columns and then along rows, edges
;; repeated. Addresses are in bytes. `weights` are those of the middle and of one side, `radius` + 1; `row` has room for
;; `width` + 2 * `radius`. At least 16 pixels wide: so many are taken at once, and the last of a row once more where
;; they do not divide it.
(module
  (memory (import "pictures" "memory") 1)
  (func (export "blur")
    (param $from i32) (param $to i32) (param $width i32) (param $height i32)
    (param $weights i32) (param $radius i32) (param $row i32)
    (local $stride i32) (local $lastBlock i32) (local $lastRow i32) (local $lastWeight i32) (local $middle i32)
    (local $at i32) (local $x i32) (local $up i32) (local $down i32) (local $w i32) (local $edge i32)
    (local $weight v128) (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (local.set $stride (i32.shl (local.get $width) (i32.const 2)))
    (local.set $lastBlock (i32.sub (local.get $stride) (i32.const 64)))
    (local.set $lastRow (i32.add (local.get $from)
      (i32.mul (i32.sub (local.get $height) (i32.const 1)) (local.get $stride))))
    (local.set $lastWeight (i32.add (local.get $weights) (i32.shl (local.get $radius) (i32.const 2))))
    (local.set $middle (i32.add (local.get $row) (i32.shl (local.get $radius) (i32.const 2))))
    (local.set $at (local.get $from))
    (loop $rows
      ;; Along the columns, into $row.
      (local.set $x (i32.const 0))
      (loop $blocks
        (local.set $up (local.get $at))
        (local.set $down (local.get $at))
        (local.set $weight (v128.load32_splat (local.get $weights)))
        (local.set $edge (i32.add (local.get $at) (local.get $x)))
        (local.set $a (f32x4.mul (local.get $weight) (v128.load (local.get $edge))))
        (local.set $b (f32x4.mul (local.get $weight) (v128.load offset=16 (local.get $edge))))
        (local.set $c (f32x4.mul (local.get $weight) (v128.load offset=32 (local.get $edge))))
        (local.set $d (f32x4.mul (local.get $weight) (v128.load offset=48 (local.get $edge))))
        (local.set $w (i32.add (local.get $weights) (i32.const 4)))
        (loop $sides
          (local.set $up (select (i32.sub (local.get $up) (local.get $stride)) (local.get $up)
            (i32.gt_u (local.get $up) (local.get $from))))
          (local.set $down (select (i32.add (local.get $down) (local.get $stride)) (local.get $down)
            (i32.lt_u (local.get $down) (local.get $lastRow))))
          (local.set $weight (v128.load32_splat (local.get $w)))
          (local.set $a (f32x4.add (local.get $a) (f32x4.mul (local.get $weight) (f32x4.add
            (v128.load (i32.add (local.get $up) (local.get $x)))
            (v128.load (i32.add (local.get $down) (local.get $x)))))))
          (local.set $b (f32x4.add (local.get $b) (f32x4.mul (local.get $weight) (f32x4.add
            (v128.load offset=16 (i32.add (local.get $up) (local.get $x)))
            (v128.load offset=16 (i32.add (local.get $down) (local.get $x)))))))
          (local.set $c (f32x4.add (local.get $c) (f32x4.mul (local.get $weight) (f32x4.add
            (v128.load offset=32 (i32.add (local.get $up) (local.get $x)))
            (v128.load offset=32 (i32.add (local.get $down) (local.get $x)))))))
          (local.set $d (f32x4.add (local.get $d) (f32x4.mul (local.get $weight) (f32x4.add
            (v128.load offset=48 (i32.add (local.get $up) (local.get $x)))
            (v128.load offset=48 (i32.add (local.get $down) (local.get $x)))))))
          (br_if $sides
            (i32.le_u (local.tee $w (i32.add (local.get $w) (i32.const 4))) (local.get $lastWeight))))
        (local.set $edge (i32.add (local.get $middle) (local.get $x)))
        (v128.store (local.get $edge) (local.get $a))
        (v128.store offset=16 (local.get $edge) (local.get $b))
        (v128.store offset=32 (local.get $edge) (local.get $c))
        (v128.store offset=48 (local.get $edge) (local.get $d))
        (br_if $blocks (i32.ne (local.get $x)
          (local.tee $x (call $nextBlock (local.get $x) (local.get $lastBlock))))))
      ;; The edges of $row.
      (local.set $up (local.get $row))
      (local.set $down (i32.add (local.get $middle) (local.get $stride)))
      (local.set $edge (local.get $middle))
      (loop $edges
        (f32.store (local.get $up) (f32.load (local.get $middle)))
        (f32.store (local.get $down)
          (f32.load (i32.sub (i32.add (local.get $middle) (local.get $stride)) (i32.const 4))))
        (local.set $down (i32.add (local.get $down) (i32.const 4)))
        (br_if $edges
          (i32.lt_u (local.tee $up (i32.add (local.get $up) (i32.const 4))) (local.get $edge))))
      ;; Along the row.
      (local.set $x (i32.const 0))
      (loop $blocks
        (local.set $up (i32.add (local.get $middle) (local.get $x)))
        (local.set $down (local.get $up))
        (local.set $weight (v128.load32_splat (local.get $weights)))
        (local.set $a (f32x4.mul (local.get $weight) (v128.load (local.get $up))))
        (local.set $b (f32x4.mul (local.get $weight) (v128.load offset=16 (local.get $up))))
        (local.set $c (f32x4.mul (local.get $weight) (v128.load offset=32 (local.get $up))))
        (local.set $d (f32x4.mul (local.get $weight) (v128.load offset=48 (local.get $up))))
        (local.set $w (i32.add (local.get $weights) (i32.const 4)))
        (loop $sides
          (local.set $up (i32.sub (local.get $up) (i32.const 4)))
          (local.set $down (i32.add (local.get $down) (i32.const 4)))
          (local.set $weight (v128.load32_splat (local.get $w)))
          (local.set $a (f32x4.add (local.get $a) (f32x4.mul (local.get $weight)
            (f32x4.add (v128.load (local.get $up)) (v128.load (local.get $down))))))
          (local.set $b (f32x4.add (local.get $b) (f32x4.mul (local.get $weight)
            (f32x4.add (v128.load offset=16 (local.get $up)) (v128.load offset=16 (local.get $down))))))
          (local.set $c (f32x4.add (local.get $c) (f32x4.mul (local.get $weight)
            (f32x4.add (v128.load offset=32 (local.get $up)) (v128.load offset=32 (local.get $down))))))
          (local.set $d (f32x4.add (local.get $d) (f32x4.mul (local.get $weight)
            (f32x4.add (v128.load offset=48 (local.get $up)) (v128.load offset=48 (local.get $down))))))
          (br_if $sides
            (i32.le_u (local.tee $w (i32.add (local.get $w) (i32.const 4))) (local.get $lastWeight))))
        (local.set $edge (i32.add (local.get $to) (local.get $x)))
        (v128.store (local.get $edge) (local.get $a))
        (v128.store offset=16 (local.get $edge) (local.get $b))
        (v128.store offset=32 (local.get $edge) (local.get $c))
        (v128.store offset=48 (local.get $edge) (local.get $d))
        (br_if $blocks (i32.ne (local.get $x)
          (local.tee $x (call $nextBlock (local.get $x) (local.get $lastBlock))))))
      (local.set $to (i32.add (local.get $to) (local.get $stride)))
      (br_if $rows
        (i32.le_u (local.tee $at (i32.add (local.get $at) (local.get $stride))) (local.get $lastRow)))))

  ;; Where the block after one at $x begins: the last ends with the row, and no other follows it.
  (func $nextBlock (param $x i32) (param $last i32) (result i32)
    (local $next i32)
    (select (local.tee $next (i32.add (local.get $x) (i32.const 64))) (local.get $last)
      (i32.lt_u (local.get $next) (local.get $last)))))
